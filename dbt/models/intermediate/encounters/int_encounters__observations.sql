-- Southwest land border encounters (L6.1): by month and citizenship, and the sums that are asked for most.
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
