-- Shares by component (L6.2, L6.3).
-- Dead and missing on the route to the border (L6.4, L6.5), in calendar years. A year before CBP's file has deaths and
-- no rate (status O).
-- Southwest land border encounters (L6.1): by month and citizenship, and the sums that are asked for most.
-- The share by component (L6.2) stands a second time as DHS counts it; its encounters are with its other figures.
with by_month as (

    select
        fiscal_year,
        month_start,
        citizenship_area,
        encounters,
        flags,
        is_partial_year,
        dataset_id,
        vintage_id
    from {{ ref('int_encounters__southwest_monthly') }}

),

all_by_month as (

    select
        month_start,
        sum(encounters) as encounters,
        {{ flag_list({'provisional': 'max(case when is_partial_year then 1 else 0 end) = 1'}) }} as flags,
        dataset_id,
        vintage_id
    from by_month
    group by month_start, dataset_id, vintage_id

),

by_year as (

    select
        fiscal_year,
        citizenship_area,
        sum(encounters) as encounters,
        {{ flag_list({
            'partial_year': 'max(case when is_partial_year then 1 else 0 end) = 1',
            'unspecified_area': "citizenship_area = 'XOT'",
        }) }} as flags,
        dataset_id,
        vintage_id
    from by_month
    group by fiscal_year, citizenship_area, dataset_id, vintage_id

),

all_by_year as (

    select
        fiscal_year,
        sum(encounters) as encounters,
        {{ flag_list({'partial_year': 'max(case when is_partial_year then 1 else 0 end) = 1'}) }} as flags,
        dataset_id,
        vintage_id
    from by_month
    group by fiscal_year, dataset_id, vintage_id

)

{% for relation, time, time_column, counterpart in [
    ('by_month', 'month', 'month_start', 'citizenship_area'),
    ('all_by_month', 'month', 'month_start', none),
    ('by_year', 'fiscal_year', 'fiscal_year', 'citizenship_area'),
    ('all_by_year', 'fiscal_year', 'fiscal_year', none),
] %}
{{ observations_from(relation, {
    'line_of_effort': '6',
    'indicator_id': "'L6.1'",
    'measure': "'southwest_encounters'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': counterpart or 'cast(null as ' ~ dbt.type_string() ~ ')',
    'observation_value': 'encounters',
    'unit_of_measure': "'encounters'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, time, time_column) }}
{% if not loop.last %}
union all
{% endif %}
{%- endfor %}

union all

{% for indicator, measure in [('L6.2', 'between_ports_share'), ('L6.3', 'unaccompanied_children_share')] %}
{% for time, time_column in [('month', 'month_start'), ('fiscal_year', 'fiscal_year')] %}
{{ observations_from(ref('int_encounters__between_ports'), {
    'line_of_effort': '6',
    'indicator_id': "'" ~ indicator ~ "'",
    'measure': "'" ~ measure ~ "'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'citizenship_area',
    'observation_value': measure,
    'unit_of_measure': "'percent'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
}, time, time_column, "period_kind = '" ~ time ~ "'") }}

union all
{% endfor %}
{% endfor %}

{% for time, time_column in [('month', 'month_start'), ('fiscal_year', 'fiscal_year')] %}
{{ observations_from(ref('int_encounters__by_source'), {
    'line_of_effort': '6',
    'indicator_id': "'L6.2'",
    'measure': "'between_ports_share_dhs'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'citizenship_area',
    'observation_value': 'between_ports_share_dhs',
    'unit_of_measure': "'percent'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
    'dataset_id': 'dhs_dataset_id',
    'vintage_id': 'dhs_vintage_id',
}, time, time_column, "period_kind = '" ~ time ~ "' and between_ports_share_dhs is not null") }}

union all
{% endfor %}

{{ observations_from(ref('int_encounters__migrant_deaths'), {
    'line_of_effort': '6',
    'indicator_id': "'L6.4'",
    'measure': "'dead_and_missing_us_mexico_route'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'observation_value': 'dead_and_missing',
    'unit_of_measure': "'persons'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'calendar_year', 'year', "route = 'US-Mexico border crossing'") }}

union all

{{ observations_from(ref('int_encounters__migrant_deaths'), {
    'line_of_effort': '6',
    'indicator_id': "'L6.5'",
    'measure': "'deaths_per_100k_encounters'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'observation_value': 'deaths_per_100k_encounters',
    'unit_of_measure': "'per_100000'",
    'measure_kind': "'ratio'",
    'flags': flags_with('flags', {'encounters_of_two_files': 'encounters_files > 1'}),
    'second_dataset_id': 'encounters_dataset_id',
    'second_vintage_id': 'encounters_vintage_id',
}, 'calendar_year', 'year', "route = 'US-Mexico border crossing'") }}
