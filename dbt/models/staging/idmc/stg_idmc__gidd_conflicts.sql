with source as (

    select * from {{ source('idmc', 'gidd_conflicts') }}

)

select
    trim({{ source_column('iso3') }}) as area_label,
    trim({{ source_column('country_name') }}) as area_name,
    {{ to_year(source_column('year')) }} as year,
    {{ to_int(source_column('new_displacement')) }} as new_displacements,
    {{ value_status(source_column('new_displacement'), to_int(source_column('new_displacement'))) }}
        as new_displacements_status,
    {{ to_int(source_column('total_displacement')) }} as idps,
    {{ value_status(source_column('total_displacement'), to_int(source_column('total_displacement'))) }}
        as idps_status,
    {{ to_date(source_column('last_updated')) }} as last_updated,
    {{ provenance_columns() }}
from source
