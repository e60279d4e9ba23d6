{%- set programmes = {'H-2A': 'h2a', 'H-2B': 'h2b'} -%}

-- L4.3 and L4.4: concluded cases with findings under H-2A or H-2B, by state of the employer and fiscal year of the last
-- day of the findings. A case with findings under both stands under both programmes.
with cases as (
    {%- for programme, prefix in programmes.items() %}

    select
        '{{ programme }}' as programme,
        {{ us_fiscal_year('findings_end') }} as fiscal_year,
        coalesce(employer_state_code, 'not stated') as employer_state_code,
        {{ prefix }}_violations as violations,
        {{ prefix }}_back_wages_usd as back_wages_usd,
        {{ prefix }}_employees_owed as employees_owed,
        {% if prefix == 'h2a' %}h2a_penalties_usd{% else %}cast(null as {{ dbt.type_numeric() }}){% endif %}
            as penalties_usd,
        dataset_id,
        vintage_id
    from {{ latest_vintage(ref('stg_dol_whd__compliance_actions')) }} as {{ prefix }}_newest
    where {{ prefix }}_violations > 0
        or {{ prefix }}_back_wages_usd > 0
        or {{ prefix }}_employees_owed > 0
        {%- if prefix == 'h2a' %}
        or h2a_penalties_usd > 0
        {%- endif %}
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

by_state as (

    select
        programme,
        fiscal_year,
        employer_state_code,
        count(*) as concluded_cases,
        cast(sum(violations) as {{ dbt.type_bigint() }}) as violations,
        cast(sum(back_wages_usd) as {{ dbt.type_numeric() }}) as back_wages_usd,
        cast(sum(employees_owed) as {{ dbt.type_bigint() }}) as employees_owed,
        cast(sum(penalties_usd) as {{ dbt.type_numeric() }}) as penalties_usd,
        dataset_id,
        vintage_id
    from cases
    group by programme, fiscal_year, employer_state_code, dataset_id, vintage_id

),

certified as (
    {%- for programme, prefix in programmes.items() %}

    select
        '{{ programme }}' as programme,
        fiscal_year,
        worksite_state_code,
        certified_applications,
        dataset_id,
        vintage_id
    from {{ ref('int_labor__' ~ prefix ~ '_by_state') }}
    where area_level = 'state'
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

)

select
    by_state.programme,
    by_state.fiscal_year,
    by_state.employer_state_code,
    coalesce(states.state_name, 'Not stated') as employer_state,
    by_state.concluded_cases,
    by_state.violations,
    by_state.back_wages_usd,
    by_state.employees_owed,
    by_state.penalties_usd,
    {{ ratio('by_state.back_wages_usd', 'by_state.concluded_cases') }} as back_wages_per_case_usd,
    certified.certified_applications,
    {{ percentage('by_state.concluded_cases', 'certified.certified_applications') }} as coverage_percent,
    {{ flag_list({
        'cases_with_findings_only': 'by_state.concluded_cases > 0',
        'applications_not_employers': 'certified.certified_applications is not null',
    }) }} as flags,
    by_state.dataset_id,
    by_state.vintage_id,
    certified.dataset_id as certified_dataset_id,
    certified.vintage_id as certified_vintage_id
from by_state
left join certified
    on by_state.programme = certified.programme
    and by_state.fiscal_year = certified.fiscal_year
    and by_state.employer_state_code = certified.worksite_state_code
left join {{ ref('us_states') }} as states on by_state.employer_state_code = states.state_code
