-- H-2A applications, each job counted once. A joint application is followed by one row per member with the same
-- case number; those rows repeat the workers of the application and are left out. Where the file does not mark them
-- (fiscal year 2006) one row of each case stays and tells nothing on positions.
with figures as (

    select
        newest.*,
        coalesce(members_marked, true) as is_marked,
        row_number() over (partition by fiscal_year, case_number order by source_record) as row_of_case
    from {{ latest_vintage(ref('stg_dol_oflc__h2a_disclosure'), per=['fiscal_year']) }} as newest

)

select
    fiscal_year,
    case_number,
    decision_date,
    case_status,
    {{ is_certified('case_status') }} as is_certified,
    occupation_code,
    occupation_title,
    worksite_state_code,
    case when is_marked then workers_requested end as workers_requested,
    case when is_marked then workers_certified end as workers_certified,
    rate_of_pay,
    unit_of_pay,
    {{ is_wage_out_of_bounds('rate_of_pay', 'unit_of_pay') }} as is_wage_out_of_bounds,
    case when not is_marked then 'members_not_marked' end as count_flag,
    dataset_id,
    vintage_id,
    source_file,
    source_record,
    retrieved_at
from figures
where
    case
        when not is_marked then row_of_case = 1
        when primary_sub is not null then primary_sub = 'PRI'
        else organization_flag is not null
    end
