with source as (

    select * from {{ source('ocha_fts', 'requirements_funding') }}

)

select
    trim({{ source_column('countryCode') }}) as country_code,
    {{ to_year(source_column('year')) }} as plan_year,
    {{ text_or_null(source_column('id')) }} as plan_id,
    case when {{ text_or_null(source_column('id')) }} is not null then {{ source_column('name') }} end as plan_name,
    {{ text_or_null(source_column('code')) }} as plan_code,
    {{ text_or_null(source_column('typeId')) }} as plan_type_id,
    {{ text_or_null(source_column('typeName')) }} as plan_type,
    case
        when {{ text_or_null(source_column('id')) }} is not null then 'plan'
        when {{ source_column('name') }} = 'Not specified' then 'outside_plans'
    end as row_kind,
    {{ to_date(source_column('startDate')) }} as plan_start,
    {{ to_date(source_column('endDate')) }} as plan_end,
    {{ to_int(source_column('requirements')) }} as requirements_usd,
    {{ value_status(source_column('requirements'), to_int(source_column('requirements'))) }} as requirements_status,
    {{ to_int(source_column('funding')) }} as funding_usd,
    {{ value_status(source_column('funding'), to_int(source_column('funding'))) }} as funding_status,
    {{ provenance_columns() }}
from source
