with source as (

    select * from {{ source('ipc', 'acute_food_insecurity') }}

),

typed as (

    select
        trim({{ source_column('Country') }}) as country_code,
        make_date(
            {{ to_year("right(trim(" ~ source_column('Date of analysis') ~ "), 4)") }},
            {{ month_number(source_column('Date of analysis')) }},
            1
        ) as analysis_month,
        trim({{ source_column('Validity period') }}) as validity_period,
        {{ to_date(source_column('From')) }} as valid_from,
        {{ to_date(source_column('To')) }} as valid_to,
        trim({{ source_column('Phase') }}) as phase,
        {{ to_int(source_column('Number')) }} as people,
        {{ to_int(source_column('Total country population')) }} as country_population,
        {{ to_decimal(source_column('Percentage')) }} as fraction_of_analysed,
        {{ provenance_columns() }}
    from source

)

-- Two analyses of one date have no mark: each lists every phase once, so the order of the lines tells them apart.
select
    typed.*,
    row_number() over (
        partition by vintage_id, country_code, analysis_month, validity_period, valid_from, valid_to, phase
        order by {{ to_int('source_record') }}
    ) as analysis_number
from typed
