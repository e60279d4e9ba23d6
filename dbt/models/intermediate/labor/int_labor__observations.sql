-- H-2A and H-2B positions certified (line 4). The framework of indicators has none of its own for them.
{{ observations_from(ref('int_labor__h2a_by_state'), {
    'line_of_effort': '4',
    'measure': "'h2a_workers_certified'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'observation_value': 'workers_certified',
    'unit_of_measure': "'positions'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'fiscal_year', 'fiscal_year', "area_level = 'country'") }}

union all

{{ observations_from(ref('int_labor__h2b_by_state'), {
    'line_of_effort': '4',
    'measure': "'h2b_workers_certified'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'observation_value': 'workers_certified',
    'unit_of_measure': "'positions'",
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'fiscal_year', 'fiscal_year', "area_level = 'country'") }}

union all

-- Share of northern Central America in H-2 visas (L4.6).
{{ observations_from(ref('int_labor__nca_share_of_h2_visas'), {
    'line_of_effort': '4',
    'indicator_id': "'L4.6'",
    'measure': "'nca_share_of_h2_visas'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': "'NCA'",
    'observation_value': 'nca_share',
    'unit_of_measure': "'percent'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
}, 'fiscal_year', 'fiscal_year', "visa_class = 'H-2A and H-2B'") }}
