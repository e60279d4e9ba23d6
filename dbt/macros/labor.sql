{#- Unit of a wage in one spelling: Hour, Day, Week, Bi-Weekly, Month, Year, Piece Rate; other text as filed. -#}
{% macro unit_of_pay(expression) -%}
    case upper(trim({{ expression }}))
        {%- for unit, spellings in {
            'Hour': ['HOUR', 'HOURLY', 'HR', 'H'],
            'Day': ['DAY', 'DAILY'],
            'Week': ['WEEK', 'WEEKLY', 'WK', 'W'],
            'Bi-Weekly': ['BI-WEEKLY', 'BI'],
            'Month': ['MONTH', 'MONTHLY', 'MTH', 'M'],
            'Year': ['YEAR', 'YEARLY', 'A'],
        }.items() %}
        {%- for spelling in spellings %}
        when '{{ spelling }}' then '{{ unit }}'
        {%- endfor %}
        {%- endfor %}
        else {{ text_or_null(expression) }}
    end
{%- endmacro %}

{#- Whether a case status, upper case, is a certification in full or in part: an expired one was one. -#}
{% macro is_certified(case_status) -%}
    ({{ case_status }} like '%CERTIFICATION%' or {{ case_status }} like '%CERTIFIED%')
{%- endmacro %}

{#- Whether an hourly wage lies outside 7 to 40 USD, bounds set by this project. -#}
{% macro is_wage_out_of_bounds(rate_of_pay, unit_of_pay) -%}
    coalesce({{ unit_of_pay }} = 'Hour' and ({{ rate_of_pay }} < 7 or {{ rate_of_pay }} > 40), false)
{%- endmacro %}

{#-
    Certified positions and wages of `cases` by worksite state, and for the country as a whole: a median cannot be
    added up. `cases` holds one row per application; its count_flag names why its positions cannot be counted.
-#}
{% macro certified_by_state(cases) %}
with certified as (

    select * from {{ cases }}
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
        count_flag,
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
        count_flag,
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
        {{ flag_list({
            'wage_out_of_bounds': 'sum(case when is_wage_out_of_bounds then 1 else 0 end) > 0',
            'members_not_marked': "max(count_flag) = 'members_not_marked'",
            'certified_not_published': "max(count_flag) = 'certified_not_published'",
        }) }} as flags,
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
{% endmacro %}
