-- Humanitarian appeals: requirement and funding of the plans of each country in the Americas and of the Venezuela
-- regional plan as a whole, and money outside plans. Coverage, the indicator (L1.1), is for northern Central America
-- and that regional plan only. A country may have several plans of one class in a year: they are one figure here, and
-- apart in the mart. Then flows from the United States (L1.2).
with plans as (

    select
        appeals.plan_year,
        appeals.location_area,
        appeals.plan_class,
        min(appeals.plan_start) as plan_start,
        max(appeals.plan_end) as plan_end,
        case
            when count(appeals.requirements_usd) = count(*) then sum(appeals.requirements_usd)
        end as requirements_usd,
        sum(appeals.funding_usd) as funding_usd,
        {{ percentage('sum(appeals.funding_usd)', 'sum(appeals.requirements_usd)') }} as coverage,
        coalesce(
            appeals.row_kind = 'regional_total'
            or (appeals.row_kind = 'country_plan' and countries.strategy_role = 'priority_origin'),
            false
        ) as is_of_indicator,
        max(appeals.flags) as flags,
        appeals.dataset_id,
        appeals.vintage_id
    from {{ ref('int_funding__appeals') }} as appeals
    inner join {{ ref('countries') }} as countries on appeals.location_area = countries.area_code
    where appeals.row_kind <> 'outside_plans'
    group by
        appeals.plan_year, appeals.location_area, appeals.row_kind, appeals.plan_class, countries.strategy_role,
        appeals.dataset_id, appeals.vintage_id

),

-- Money that is for use in a year to come is no figure of that year yet: it is in the mart only.
outside_plans as (

    select * from {{ ref('int_funding__appeals') }}
    where row_kind = 'outside_plans'
        and plan_year <= extract(year from retrieved_at)

)

{{ observations_from('plans', {
    'line_of_effort': '1',
    'indicator_id': "'L1.1'",
    'measure': "'appeal_coverage_' || plan_class",
    'reference_area': 'location_area',
    'reference_area_role': "'location'",
    'observation_value': 'coverage',
    'unit_of_measure': "'percent'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
}, 'plan_year', 'plan_year', 'is_of_indicator') }}
{%- for column, facts in {
    'requirements_usd': ['appeal_requirements_', 'requirement'],
    'funding_usd': ['appeal_funding_', 'flow']
}.items() %}

union all

{{ observations_from('plans', {
    'line_of_effort': '1',
    'measure': "'" ~ facts[0] ~ "' || plan_class",
    'reference_area': 'location_area',
    'reference_area_role': "'location'",
    'observation_value': column,
    'unit_of_measure': "'usd'",
    'measure_kind': "'" ~ facts[1] ~ "'",
    'flags': 'flags',
}, 'plan_year', 'plan_year') }}
{%- endfor %}

union all

{{ observations_from('outside_plans', {
    'line_of_effort': '1',
    'measure': "'funding_outside_plans'",
    'reference_area': 'location_area',
    'reference_area_role': "'location'",
    'observation_value': 'funding_usd',
    'unit_of_measure': "'usd'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'calendar_year', 'plan_year') }}
{%- for basis, time in {'calendar': 'calendar_year', 'us_fiscal': 'fiscal_year'}.items() %}
{%- for column, facts in {
    'funding_usd': ['us_humanitarian_funding', 'flow'],
    'pledged_usd': ['us_humanitarian_pledges', 'pledge']
}.items() %}

union all

{{ observations_from(ref('int_funding__us_flows'), {
    'line_of_effort': '1',
    'indicator_id': "'L1.2'",
    'measure': "'" ~ facts[0] ~ "'",
    'reference_area': 'location_area',
    'reference_area_role': "'location'",
    'counterpart_area': "'USA'",
    'observation_value': column,
    'unit_of_measure': "'usd'",
    'measure_kind': "'" ~ facts[1] ~ "'",
    'flags': 'flags',
}, time, 'year', "year_basis = '" ~ basis ~ "' and year is not null and location_area <> 'FTS_SHARED' and "
    ~ column ~ ' is not null') }}
{%- endfor %}
{%- endfor %}
