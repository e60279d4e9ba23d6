with source as (

    select * from
        {{ corrected_source(
            'unhcr', 'asylum_applications', columns=['applied'],
            key=['year', 'coo', 'coa', 'procedure_type', 'app_type', 'dec_level', 'app_pc']
        ) }} as published

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
    trim({{ source_column('app_type') }}) as application_type,
    trim({{ source_column('dec_level') }}) as decision_level,
    trim({{ source_column('app_pc') }}) as unit_code,
    {{ to_int(corrected_name('applied')) }} as applied,
    {{ value_status(corrected_name('applied'), to_int(corrected_name('applied'))) }} as applied_status,
    correction_ids,
    {{ provenance_columns() }}
from source
