with source as (

    select * from {{ source('dol_oflc', 'h2b_disclosure') }}

)

select
    {{ to_year(source_column('fiscal_year')) }} as fiscal_year,
    trim({{ source_column('CASE_NUMBER') }}) as case_number,
    {{ to_date(from_us_short_date(source_column('DECISION_DATE'))) }} as decision_date,
    trim({{ source_column('VISA_CLASS') }}) as visa_class,
    upper(trim({{ source_column('CASE_STATUS') }})) as case_status,
    {{ text_or_null(source_column('EMPLOYER_STATE')) }} as employer_state_code,
    {{ text_or_null(source_column('SOC_CODE')) }} as occupation_code,
    {{ text_or_null(source_column('SOC_TITLE')) }} as occupation_title,
    {{ text_or_null(source_column('NAICS_CODE')) }} as industry_code,
    {{ to_int(source_column('NBR_WORKERS_REQUESTED')) }} as workers_requested,
    {{ to_int(source_column('NBR_WORKERS_CERTIFIED')) }} as workers_certified,
    {{ value_status(source_column('NBR_WORKERS_CERTIFIED'), to_int(source_column('NBR_WORKERS_CERTIFIED'))) }}
        as workers_certified_status,
    -- Printed as $13.31, $13. or 13.31.
    {{ to_decimal("rtrim(ltrim(trim(" ~ source_column('BASIC_RATE_OF_PAY') ~ "), '$'), '.')") }} as rate_of_pay,
    {{ unit_of_pay(source_column('BASIC_UNIT_OF_PAY')) }} as unit_of_pay,
    {{ text_or_null(source_column('WORKSITE_STATE')) }} as worksite_state_label,
    {{ provenance_columns() }}
from source
