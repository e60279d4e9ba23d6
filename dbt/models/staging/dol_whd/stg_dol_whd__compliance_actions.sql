with source as (

    select * from {{ source('dol_whd', 'compliance_actions') }}

)

select
    trim({{ source_column('CASE_ID') }}) as case_id,
    {{ text_or_null(source_column('ST_CD')) }} as employer_state_code,
    {{ text_or_null(source_column('NAIC_CD')) }} as industry_code,
    {{ to_date(source_column('FINDINGS_START_DATE')) }} as findings_start,
    {{ to_date(source_column('FINDINGS_END_DATE')) }} as findings_end,
    {{ to_int(source_column('H2A_VIOLTN_CNT')) }} as h2a_violations,
    {{ to_decimal(source_column('H2A_BW_ATP_AMT')) }} as h2a_back_wages_usd,
    {{ to_int(source_column('H2A_EE_ATP_CNT')) }} as h2a_employees_owed,
    {{ to_decimal(source_column('H2A_CMP_ASSD_AMT')) }} as h2a_penalties_usd,
    {{ to_int(source_column('H2B_VIOLTN_CNT')) }} as h2b_violations,
    {{ to_decimal(source_column('H2B_BW_ATP_AMT')) }} as h2b_back_wages_usd,
    {{ to_int(source_column('H2B_EE_ATP_CNT')) }} as h2b_employees_owed,
    {{ provenance_columns() }}
from source
