-- Coverage of humanitarian appeals (L1.1): plans of northern Central America, and the Venezuela regional plan as a
-- whole. A country may have several plans of one class in a year: they are one figure here, and apart in the mart.
with plans as (

    select
        appeals.plan_year,
        appeals.location_area,
        appeals.plan_class,
        min(appeals.plan_start) as plan_start,
        max(appeals.plan_end) as plan_end,
        {{ percentage('sum(appeals.funding_usd)', 'sum(appeals.requirements_usd)') }} as coverage,
        max(appeals.flags) as flags,
        appeals.dataset_id,
        appeals.vintage_id
    from {{ ref('int_funding__appeals') }} as appeals
    inner join {{ ref('countries') }} as countries on appeals.location_area = countries.area_code
    where appeals.row_kind = 'regional_total'
        or (appeals.row_kind = 'country_plan' and countries.strategy_role = 'priority_origin')
    group by appeals.plan_year, appeals.location_area, appeals.plan_class, appeals.dataset_id, appeals.vintage_id

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
}, 'plan_year', 'plan_year') }}
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
