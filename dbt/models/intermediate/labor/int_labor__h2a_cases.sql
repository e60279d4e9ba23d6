-- H-2A applications, each job counted once. A joint application is followed by one row per member with the same
-- case number; those rows repeat the workers of the application and are left out.
with figures as (

    select * from {{ latest_vintage(ref('stg_dol_oflc__h2a_disclosure'), per=['fiscal_year']) }} as newest

)

select
    fiscal_year,
    case_number,
    decision_date,
    case_status,
    -- An expired certification was a certification: the published totals count it.
    case_status like '%CERTIFICATION%' as is_certified,
    occupation_code,
    occupation_title,
    worksite_state_code,
    workers_requested,
    workers_certified,
    rate_of_pay,
    unit_of_pay,
    coalesce(unit_of_pay = 'Hour' and (rate_of_pay < 7 or rate_of_pay > 40), false) as is_wage_out_of_bounds,
    dataset_id,
    vintage_id,
    source_file,
    source_record,
    retrieved_at
from figures
where case when primary_sub is not null then primary_sub = 'PRI' else organization_flag is not null end
