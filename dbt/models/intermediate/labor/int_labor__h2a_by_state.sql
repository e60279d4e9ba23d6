-- Certified positions and wages by worksite state, and for the country as a whole: a median cannot be added up.
with certified as (

    select * from {{ ref('int_labor__h2a_cases') }}
    where is_certified

),

with_country as (

    select
        'state' as area_level,
        coalesce(worksite_state_code, 'not stated') as worksite_state_code,
        fiscal_year,
        workers_requested,
        workers_certified,
        rate_of_pay,
        unit_of_pay,
        is_wage_out_of_bounds,
        dataset_id,
        vintage_id
    from certified
    union all
    select
        'country' as area_level,
        'US' as worksite_state_code,
        fiscal_year,
        workers_requested,
        workers_certified,
        rate_of_pay,
        unit_of_pay,
        is_wage_out_of_bounds,
        dataset_id,
        vintage_id
    from certified

),

summed as (

    select
        fiscal_year,
        area_level,
        worksite_state_code,
        count(*) as certified_applications,
        cast(sum(workers_requested) as {{ dbt.type_bigint() }}) as workers_requested,
        cast(sum(workers_certified) as {{ dbt.type_bigint() }}) as workers_certified,
        cast(
            percentile_cont(0.5) within group (order by case when unit_of_pay = 'Hour' then rate_of_pay end)
            as {{ dbt.type_numeric() }}
        ) as median_hourly_wage,
        cast(
            sum(case when unit_of_pay = 'Hour' and rate_of_pay is not null then 1 else 0 end) as {{ dbt.type_bigint() }}
        )
            as applications_with_hourly_wage,
        cast(
            percentile_cont(0.5) within group (order by case when unit_of_pay = 'Month' then rate_of_pay end)
            as {{ dbt.type_numeric() }}
        ) as median_monthly_wage,
        cast(
            sum(
                case when unit_of_pay = 'Month' and rate_of_pay is not null then 1 else 0 end
            ) as {{ dbt.type_bigint() }}
        )
            as applications_with_monthly_wage,
        cast(sum(case when is_wage_out_of_bounds then 1 else 0 end) as {{ dbt.type_bigint() }})
            as hourly_wages_out_of_bounds,
        {{ flag_list({'wage_out_of_bounds': 'sum(case when is_wage_out_of_bounds then 1 else 0 end) > 0'}) }} as flags,
        dataset_id,
        vintage_id
    from with_country
    group by fiscal_year, area_level, worksite_state_code, dataset_id, vintage_id

)

select
    summed.*,
    coalesce(states.state_name, case summed.area_level when 'country' then 'United States' else 'Not stated' end)
        as worksite_state
from summed
left join {{ ref('us_states') }} as states on summed.worksite_state_code = states.state_code
