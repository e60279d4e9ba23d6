with source as (

    select * from {{ source('ocha_fts', 'plan_requirements') }}

)

select
    {{ text_or_null(source_column('code')) }} as plan_code,
    {{ text_or_null(source_column('internalId')) }} as list_number,
    {{ to_year(source_column('years')) }} as plan_year,
    {{ text_or_null(source_column('planVersion')) }} as plan_name,
    {{ to_date(source_column('startDate')) }} as plan_start,
    {{ to_date(source_column('endDate')) }} as plan_end,
    {{ text_or_null(source_column('locations')) }} as location_codes,
    case
        when {{ text_or_null(source_column('locations')) }} is not null
            then
                1 + length({{ source_column('locations') }})
                - length(replace({{ source_column('locations') }}, '|', ''))
        else 0
    end as location_count,
    {{ to_int(source_column('origRequirements')) }} as original_requirements_usd,
    {{ value_status(source_column('origRequirements'), to_int(source_column('origRequirements'))) }}
        as original_requirements_status,
    {{ to_int(source_column('revisedRequirements')) }} as revised_requirements_usd,
    {{ value_status(source_column('revisedRequirements'), to_int(source_column('revisedRequirements'))) }}
        as revised_requirements_status,
    {{ provenance_columns() }}
from source
