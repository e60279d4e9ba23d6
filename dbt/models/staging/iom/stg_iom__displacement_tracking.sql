{%- set measures = {
    'displaced_people': 'numPresentIdpInd', 'males': 'numberMales', 'females': 'numberFemales'
} -%}

with source as (

    select * from {{ source('iom', 'displacement_tracking') }}

)

select
    trim({{ source_column('operation') }}) as operation_name,
    trim({{ source_column('admin0Name') }}) as country_name,
    trim({{ source_column('admin0Pcode') }}) as country_code,
    {{ to_date(source_column('reportingDate')) }} as reporting_date,
    {{ to_year(source_column('yearReportingDate')) }} as reporting_year,
    {{ to_year(source_column('monthReportingDate')) }} as reporting_month,
    {{ to_year(source_column('roundNumber')) }} as round_number,
    {%- for name, field in measures.items() %}
    {{ to_int(source_column(field)) }} as {{ name }},
    {{ value_status(source_column(field), to_int(source_column(field))) }} as {{ name }}_status,
    {%- endfor %}
    {{ text_or_null(source_column('displacementReason')) }} as displacement_reason,
    nullif({{ text_or_null(source_column('idpOriginAdmin1Name')) }}, 'Not available') as origin_region_name,
    nullif({{ text_or_null(source_column('idpOriginAdmin1Pcode')) }}, 'Not available') as origin_region_code,
    {{ text_or_null(source_column('assessmentType')) }} as assessment_type,
    {{ provenance_columns() }}
from source
