with source as (

    select * from {{ source('idmc', 'gidd_disasters') }}

)

select
    trim({{ source_column('iso3') }}) as area_label,
    trim({{ source_column('country_name') }}) as area_name,
    {{ to_year(source_column('year')) }} as year,
    {{ to_date(source_column('start_date')) }} as start_date,
    {{ to_date(source_column('end_date')) }} as end_date,
    {{ text_or_null(source_column('event_name')) }} as event_name,
    {{ text_or_null(source_column('hazard_category_name')) }} as hazard_category,
    {{ text_or_null(source_column('hazard_type_name')) }} as hazard_type,
    {{ text_or_null(source_column('hazard_sub_type_name')) }} as hazard_sub_type,
    {{ to_int(source_column('new_displacement')) }} as new_displacements,
    {{ value_status(source_column('new_displacement'), to_int(source_column('new_displacement'))) }}
        as new_displacements_status,
    {{ to_date(source_column('last_updated')) }} as last_updated,
    {{ provenance_columns() }}
from source
