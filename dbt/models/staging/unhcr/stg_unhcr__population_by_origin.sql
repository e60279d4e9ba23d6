{%- set measures = ['refugees', 'asylum_seekers', 'returned_refugees', 'idps'] -%}

with source as (

    select * from {{ source('unhcr', 'population_by_origin') }}

)

select
    {{ to_year(source_column('year')) }} as year,
    nullif(trim({{ source_column('coo') }}), '-') as origin_unhcr_code,
    nullif(trim({{ source_column('coo_iso') }}), '-') as origin_iso_code,
    nullif(trim({{ source_column('coo_name') }}), '-') as origin_name,
    nullif(trim({{ source_column('coa_iso') }}), '-') as asylum_iso_code,
    {%- for measure in measures %}
    {{ to_int(source_column(measure)) }} as {{ measure }},
    {{ value_status(source_column(measure), to_int(source_column(measure))) }} as {{ measure }}_status,
    {%- endfor %}
    {{ provenance_columns() }}
from source
