with source as (

    select * from {{ source('cbp', 'nationwide_encounters_state') }}

)

select
    {{ to_year("left(trim(" ~ source_column('Fiscal Year') ~ "), 4)") }} as fiscal_year,
    coalesce({{ source_column('Fiscal Year') }} like '%FYTD%', false) as is_partial_year,
    trim({{ source_column('Month Grouping') }}) as month_grouping,
    upper(trim({{ source_column('Month (abbv)') }})) as month_abbreviation,
    trim({{ source_column('Land Border Region') }}) as land_border_region,
    trim({{ source_column('State') }}) as state_code,
    trim({{ source_column('Demographic') }}) as demographic,
    trim({{ source_column('Citizenship') }}) as citizenship,
    trim({{ source_column('Title of Authority') }}) as title_of_authority,
    {{ to_int(source_column('Encounter Count')) }} as encounters,
    {{ value_status(source_column('Encounter Count'), to_int(source_column('Encounter Count'))) }} as encounters_status,
    {{ provenance_columns() }}
from source
