with source as (

    select * from {{ source('world_bank', 'wdi') }}

)

select
    trim({{ source_column('indicator_id') }}) as wdi_indicator,
    trim({{ source_column('indicator_value') }}) as wdi_indicator_name,
    coalesce({{ text_or_null(source_column('countryiso3code')) }}, trim({{ source_column('country_id') }}))
        as area_label,
    trim({{ source_column('country_value') }}) as area_name,
    {{ to_year(source_column('date')) }} as year,
    {{ to_decimal(source_column('value')) }} as value,
    {{ value_status(source_column('value'), to_decimal(source_column('value'))) }} as value_status,
    {{ text_or_null(source_column('unit')) }} as unit,
    {{ text_or_null(source_column('obs_status')) }} as publisher_status,
    {{ to_date(source_column('lastupdated')) }} as last_updated,
    {{ provenance_columns() }}
from source
