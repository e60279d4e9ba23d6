{%- set bands = ['0_4', '5_11', '12_17', '18_59', '60', 'other', 'total'] -%}

with source as (

    select * from {{ source('unhcr', 'demographics') }}

)

select
    {{ to_year(source_column('year')) }} as year,
    trim({{ source_column('coo') }}) as origin_unhcr_code,
    trim({{ source_column('coo_iso') }}) as origin_iso_code,
    trim({{ source_column('coa') }}) as asylum_unhcr_code,
    trim({{ source_column('coa_iso') }}) as asylum_iso_code,
    trim({{ source_column('pop_type') }}) as population_code,
    {{ source_column('location') }} as place_name,
    {{ source_column('loc_type') }} as place_type,
    {{ source_column('acc_type') }} as accommodation_type,
    {%- for band in bands %}
    {{ to_int(source_column('f_' ~ band)) }} as female_{{ band }},
    {{ to_int(source_column('m_' ~ band)) }} as male_{{ band }},
    {%- endfor %}
    {{ to_int(source_column('total')) }} as people,
    {{ value_status(source_column('total'), to_int(source_column('total'))) }} as people_status,
    {{ provenance_columns() }}
from source
