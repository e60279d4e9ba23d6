-- Returns received (L5.1), entries through Darién (L6.6), events in Mexico (L6.7) and returns by Mexico (L5.4), by
-- month and calendar year, by country on the other side and together. The copies print no zeros: no row is no
-- observation. Returns by Mexico are of three nationalities and have no total.
with figures as (

    select
        'L5.1' as indicator_id,
        'returns_received' as measure,
        origin_area as reference_area,
        'origin' as reference_area_role,
        returning_area as counterpart_area,
        'returns' as unit_of_measure,
        'month' as period_kind,
        year,
        month_start,
        returns_received as figure,
        is_partial_year,
        dataset_id,
        vintage_id
    from {{ ref('int_regional__returns_received') }}

    union all

    select
        indicator_id,
        measure,
        place_area as reference_area,
        place_area_role as reference_area_role,
        nationality_area as counterpart_area,
        unit_of_measure,
        period_kind,
        year,
        month_start,
        figure,
        is_partial_year,
        dataset_id,
        vintage_id
    from {{ ref('int_regional__by_nationality') }}

),

{%- set of_area = {
    'returning_country_not_stated': "counterpart_area = 'XNS'", 'unspecified_area': "counterpart_area = 'XOT'"
} %}
{%- set partial = {'partial_year': 'is_partial_year'} %}
{%- set copied = {'read_by_others': 'true'} %}
{%- set shapes = [
    ('by_month', 'month', 'month_start', 'counterpart_area', dict(of_area, **copied), "period_kind = 'month'"),
    ('all_by_month', 'month', 'month_start', none, copied,
        "period_kind = 'month' and measure <> 'returns_by_mexico'"),
    ('by_year', 'calendar_year', 'year', 'counterpart_area', dict(partial, **dict(of_area, **copied)), 'true'),
    ('all_by_year', 'calendar_year', 'year', none, dict(partial, **copied), "measure <> 'returns_by_mexico'"),
] %}
{%- for name, time, time_column, counterpart, flags, where in shapes %}

{{ name }} as (

    select
        indicator_id,
        measure,
        reference_area,
        reference_area_role,
        unit_of_measure,
        {% if counterpart %}{{ counterpart }},
        {% endif -%}
        {{ time_column }},
        sum(figure) as figure,
        {{ flag_list(flags) }} as flags,
        dataset_id,
        vintage_id
    from figures
    where {{ where }}
    group by
        indicator_id, measure, reference_area, reference_area_role, unit_of_measure,
        {% if counterpart %}{{ counterpart }}, {% endif %}{{ time_column }},
        {% if time_column == 'year' %}is_partial_year, {% endif %}dataset_id, vintage_id

){% if not loop.last %},{% endif %}
{%- endfor %}

{% for name, time, time_column, counterpart, flags, where in shapes %}
{{ observations_from(name, {
    'line_of_effort': "cast(substring(indicator_id, 2, 1) as " ~ dbt.type_int() ~ ")",
    'indicator_id': 'indicator_id',
    'measure': 'measure',
    'reference_area': 'reference_area',
    'reference_area_role': 'reference_area_role',
    'counterpart_area': counterpart or 'cast(null as ' ~ dbt.type_string() ~ ')',
    'observation_value': 'figure',
    'unit_of_measure': 'unit_of_measure',
    'measure_kind': "'flow'",
    'flags': 'flags',
}, time, time_column) }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
