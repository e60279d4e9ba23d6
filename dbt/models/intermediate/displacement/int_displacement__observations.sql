-- Stocks of asylum-seekers (L2.4), of people by origin everywhere, refugees by origin and population (L2.6), internally
-- displaced people (L3.1: two series, UNHCR's and IDMC's, under two measures), new displacements by conflict (L3.2) and
-- by disasters (L1.6).
{{ observations_from(ref('int_displacement__population'), {
    'line_of_effort': '2',
    'indicator_id': "'L2.4'",
    'measure': "'asylum_seekers_pending'",
    'reference_area': 'asylum_area',
    'reference_area_role': "'location'",
    'counterpart_area': 'origin_area',
    'observation_value': 'asylum_seekers',
    'unit_of_measure': "'persons'",
    'measure_kind': "'stock'",
    'flags': flags_with('flags', {'small_counts': holds_small_counts(['asylum_seekers'])}),
}, 'year_end', 'year', "asylum_seekers_status = 'reported'") }}

union all

{%- for measure in ['refugees', 'asylum_seekers'] %}
{{ observations_from(ref('int_displacement__people_by_origin'), {
    'line_of_effort': '2',
    'measure': "'" ~ measure ~ "_by_origin'",
    'reference_area': 'origin_area',
    'reference_area_role': "'origin'",
    'observation_value': measure,
    'unit_of_measure': "'persons'",
    'measure_kind': "'stock'",
    'flags': 'flags',
}, 'year_end', 'year', measure ~ "_status = 'reported'") }}

union all
{% endfor %}
{{ observations_from(ref('int_displacement__refugees_per_100k'), {
    'line_of_effort': '2',
    'indicator_id': "'L2.6'",
    'measure': "'refugees_per_100k'",
    'reference_area': 'origin_area',
    'reference_area_role': "'origin'",
    'observation_value': 'refugees_per_100k',
    'unit_of_measure': "'per_100000'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
    'second_dataset_id': 'population_dataset_id',
    'second_vintage_id': 'population_vintage_id',
}, 'calendar_year', 'year') }}

union all

{{ observations_from(ref('int_displacement__internally_displaced'), {
    'line_of_effort': '3',
    'indicator_id': "'L3.1'",
    'measure': "'internally_displaced'",
    'reference_area': 'area_code',
    'reference_area_role': "'location'",
    'observation_value': 'idps',
    'unit_of_measure': "'persons'",
    'measure_kind': "'stock'",
    'flags': 'flags',
}, 'year_end', 'year') }}

union all

{{ observations_from(ref('int_displacement__conflicts'), {
    'line_of_effort': '3',
    'indicator_id': "'L3.1'",
    'measure': "'internally_displaced_idmc'",
    'reference_area': 'area_code',
    'reference_area_role': "'location'",
    'observation_value': 'idps',
    'unit_of_measure': "'persons'",
    'measure_kind': "'stock'",
    'flags': 'stock_flags',
}, 'year_end', 'year') }}

union all

{{ observations_from(ref('int_displacement__conflicts'), {
    'line_of_effort': '3',
    'indicator_id': "'L3.2'",
    'measure': "'new_conflict_displacements'",
    'reference_area': 'area_code',
    'reference_area_role': "'location'",
    'observation_value': 'new_displacements',
    'unit_of_measure': "'displacements'",
    'measure_kind': "'flow'",
}, 'calendar_year', 'year') }}

union all

{{ observations_from(ref('int_displacement__solutions'), {
    'line_of_effort': '2',
    'indicator_id': "'L2.7'",
    'measure': "'resettlement_arrivals'",
    'reference_area': 'second_area',
    'reference_area_role': "'location'",
    'counterpart_area': 'origin_area',
    'observation_value': 'resettlement',
    'unit_of_measure': "'persons'",
    'measure_kind': "'flow'",
    'flags': flags_with('flags', {'small_counts': holds_small_counts(['resettlement'])}),
}, 'calendar_year', 'year', "resettlement_status = 'reported' and origin_area in ('GTM', 'HND', 'SLV')") }}

union all

{{ observations_from(ref('int_displacement__solutions'), {
    'line_of_effort': '5',
    'measure': "'returned_refugees'",
    'reference_area': 'origin_area',
    'reference_area_role': "'origin'",
    'counterpart_area': 'second_area',
    'observation_value': 'returned_refugees',
    'unit_of_measure': "'persons'",
    'measure_kind': "'flow'",
    'flags': flags_with('flags', {'small_counts': holds_small_counts(['returned_refugees'])}),
}, 'calendar_year', 'year', "returned_refugees_status = 'reported' and origin_area in ('GTM', 'HND', 'SLV')") }}

union all

{{ observations_from(ref('int_displacement__disasters'), {
    'line_of_effort': '1',
    'indicator_id': "'L1.6'",
    'measure': "'new_disaster_displacements'",
    'reference_area': 'area_code',
    'reference_area_role': "'location'",
    'observation_value': 'new_displacements',
    'unit_of_measure': "'displacements'",
    'measure_kind': "'flow'",
}, 'calendar_year', 'year', "hazard_scope = 'all_hazards'") }}
