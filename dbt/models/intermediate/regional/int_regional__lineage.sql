-- Records behind the observations of returns received (L5.1), entries through Darién (L6.6), events in Mexico (L6.7)
-- and returns by Mexico (L5.4).
{%- set none_text = 'cast(null as ' ~ dbt.type_string() ~ ')' %}
{%- set received = {
    'indicator_id': "'L5.1'", 'measure': "'returns_received'", 'reference_area': 'origin_area',
    'unit_of_measure': "'returns'",
} %}
{%- set nationals = {
    'indicator_id': 'indicator_id', 'measure': 'measure', 'reference_area': 'place_area',
    'unit_of_measure': 'unit_of_measure',
} %}
{%- for time, time_column, which in [
    ('month', 'month_start', 'month_start is not null'), ('calendar_year', 'year', 'true')
] %}
{%- for of_area in [true, false] %}
{{ lineage_from(ref('int_regional__returns_received'),
    dict(received, counterpart_area='returning_area' if of_area else none_text), time, time_column, 'figure', "'n'",
    'returns_received', which) }}

union all

{{ lineage_from(ref('int_regional__nationality_records'),
    dict(nationals, counterpart_area='nationality_area' if of_area else none_text), time, time_column, 'figure', "'n'",
    'figure', which if of_area else which ~ " and measure <> 'returns_by_mexico'") }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
