-- H-2B applications, each counted once: a few stand twice in a file.
with figures as (

    select
        newest.*,
        row_number() over (partition by fiscal_year, case_number order by source_record) as row_of_case,
        -- A year whose file has no column of certified positions.
        max(workers_certified) over (partition by fiscal_year) is null as is_without_certified
    from {{ latest_vintage(ref('stg_dol_oflc__h2b_disclosure'), per=['fiscal_year']) }} as newest

)

select
    figures.fiscal_year,
    figures.case_number,
    figures.decision_date,
    figures.case_status,
    {{ is_certified('figures.case_status') }} as is_certified,
    figures.occupation_code,
    figures.occupation_title,
    states.state_code as worksite_state_code,
    figures.workers_requested,
    figures.workers_certified,
    figures.rate_of_pay,
    figures.unit_of_pay,
    {{ is_wage_out_of_bounds('figures.rate_of_pay', 'figures.unit_of_pay') }} as is_wage_out_of_bounds,
    case when figures.is_without_certified then 'certified_not_published' end as count_flag,
    figures.dataset_id,
    figures.vintage_id,
    figures.source_file,
    figures.source_record,
    figures.retrieved_at
from figures
left join {{ ref('us_states') }} as states
    on figures.worksite_state_label = states.state_code or figures.worksite_state_label = upper(states.state_name)
where figures.row_of_case = 1
