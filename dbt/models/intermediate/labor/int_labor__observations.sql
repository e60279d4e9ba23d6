-- H-2A positions certified (line 4). The framework of indicators has none of its own for them.
{{ observations_from(ref('int_labor__h2a_by_state'), {
    'line_of_effort': '4',
    'measure': "'h2a_workers_certified'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'observation_value': 'workers_certified',
    'unit_of_measure': "'positions'",
    'measure_kind': "'flow'",
}, 'fiscal_year', 'fiscal_year', "area_level = 'country'") }}
