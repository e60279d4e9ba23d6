-- Records behind the observations of humanitarian appeals (L1.1 and its parts), of money outside plans, and of flows
-- from the United States (L1.2).
{%- set coverage = {
    'indicator_id': "'L1.1'", 'measure': "'appeal_coverage_' || plan_class", 'unit_of_measure': "'percent'"
} -%}
{%- set venezuela = "row_kind = 'regional_share' and plan_name like "
    ~ "'Venezuela Regional Refugee and Migrant Response Plan%'" %}
with answers as (

    select
        flows.*,
        row_number() over (
            partition by flows.flow_id order by flows.asked_country, flows.asked_year
        ) as answer_number
    from {{ latest_vintage(ref('stg_ocha_fts__flows'), per=['asked_country', 'asked_year']) }} as flows
    where flows.source_organizations = 'United States of America, Government of'
        and flows.boundary in ('incoming', 'internal')

),

flows as (

    select
        *,
        case when destination_year_count = 1 then {{ to_year('destination_usage_years') }} end as usage_year,
        {{ us_fiscal_year('flow_date') }} as flow_fiscal_year
    from answers
    where answer_number = 1
        and destination_location_count = 1

)

{% for time, time_column in [('calendar_year', 'usage_year'), ('fiscal_year', 'flow_fiscal_year')] %}
{%- for measure, which in {
    'us_humanitarian_funding': "flow_status in ('paid', 'commitment')", 'us_humanitarian_pledges': "flow_status = 'pledge'"
}.items() %}
{{ lineage_from('flows', {
    'indicator_id': "'L1.2'", 'measure': "'" ~ measure ~ "'", 'reference_area': 'asked_country',
    'counterpart_area': "'USA'", 'unit_of_measure': "'usd'",
}, time, time_column, 'amount', "'amountUSD'", 'amount_usd', which ~ ' and ' ~ time_column ~ ' is not null') }}

union all
{% endfor %}
{%- endfor %}
{%- for component in ['funding', 'requirements'] %}
{%- set part = {'measure': "'appeal_" ~ component ~ "_' || plan_class", 'unit_of_measure': "'usd'"} %}
{{ lineage_from(ref('int_funding__appeals'), dict(coverage, reference_area='location_area'), 'plan_year', 'plan_year',
    component, "'" ~ component ~ "'", component ~ '_usd', "row_kind = 'country_plan'") }}

union all

{{ lineage_from(ref('int_funding__appeals'), dict(coverage, reference_area="'RMRP'"), 'plan_year', 'plan_year',
    component, "'" ~ component ~ "'", component ~ '_usd', venezuela) }}

union all

{{ lineage_from(ref('int_funding__appeals'), dict(part, reference_area='location_area'), 'plan_year', 'plan_year',
    component, "'" ~ component ~ "'", component ~ '_usd', "row_kind in ('country_plan', 'regional_share')") }}

union all

{{ lineage_from(ref('int_funding__appeals'), dict(part, reference_area="'RMRP'"), 'plan_year', 'plan_year',
    component, "'" ~ component ~ "'", component ~ '_usd', venezuela) }}

union all
{% endfor %}
{{ lineage_from(ref('int_funding__appeals'), {
    'measure': "'funding_outside_plans'", 'reference_area': 'location_area', 'unit_of_measure': "'usd'",
}, 'calendar_year', 'plan_year', 'funding', "'funding'", 'funding_usd', "row_kind = 'outside_plans'") }}
