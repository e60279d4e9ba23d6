{%- set measures = {
    'dec_recognized': 'recognized', 'dec_other': 'complementary', 'dec_rejected': 'rejected',
    'dec_closed': 'otherwise_closed', 'dec_total': 'total_decisions'
} -%}

with source as (

    select * from {{ source('unhcr', 'asylum_decisions') }}

)

select
    {{ to_year(source_column('year')) }} as year,
    nullif(trim({{ source_column('coo') }}), '-') as origin_unhcr_code,
    nullif(trim({{ source_column('coo_iso') }}), '-') as origin_iso_code,
    nullif(trim({{ source_column('coo_name') }}), '-') as origin_name,
    nullif(trim({{ source_column('coa') }}), '-') as asylum_unhcr_code,
    nullif(trim({{ source_column('coa_iso') }}), '-') as asylum_iso_code,
    nullif(trim({{ source_column('coa_name') }}), '-') as asylum_name,
    split_part({{ source_column('_file') }}, '/', 1) as query_name,
    trim({{ source_column('procedure_type') }}) as procedure_type,
    trim({{ source_column('dec_level') }}) as decision_level,
    trim({{ source_column('dec_pc') }}) as unit_code,
    {%- for name, measure in measures.items() %}
    {{ to_int(source_column(name)) }} as {{ measure }},
    {{ value_status(source_column(name), to_int(source_column(name))) }} as {{ measure }}_status,
    {%- endfor %}
    {{ provenance_columns() }}
from source
