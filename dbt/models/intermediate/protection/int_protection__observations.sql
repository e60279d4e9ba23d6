-- New claims (L2.1), rates of decisions (L2.2), clearance (L2.3), years of work (L2.4), share hosted closer to
-- home (L2.5) and homicide (L3.3). A clearance of which one side is missing, or is counted in two units, is an
-- observation without a value (status O); years of work stand beside the stock itself and are left out then.
{{ observations_from(ref('int_protection__new_claims'), {
    'line_of_effort': '2',
    'indicator_id': "'L2.1'",
    'measure': "'new_asylum_applications'",
    'reference_area': 'asylum_area',
    'reference_area_role': "'location'",
    'counterpart_area': 'origin_area',
    'observation_value': 'new_claims',
    'unit_of_measure': 'counted_in',
    'measure_kind': "'flow'",
    'flags': 'flags',
}, 'calendar_year', 'year') }}

{%- for measure in ['total_protection_rate', 'refugee_recognition_rate'] %}

union all

{{ observations_from(ref('int_protection__asylum_decisions'), {
    'line_of_effort': '2',
    'indicator_id': "'L2.2'",
    'measure': "'" ~ measure ~ "_of_' || counted_in",
    'reference_area': 'asylum_area',
    'reference_area_role': "'location'",
    'counterpart_area': 'origin_area',
    'observation_value': measure,
    'unit_of_measure': "'percent'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
}, 'calendar_year', 'year', "stage = 'first_instance'") }}
{%- endfor %}

{%- for measure, indicator_id in {
    'clearance_ratio': 'L2.3', 'closed_per_application': 'L2.3', 'years_of_work': 'L2.4'
}.items() %}

union all

{{ observations_from(ref('int_protection__asylum_clearance'), {
    'line_of_effort': '2',
    'indicator_id': "'" ~ indicator_id ~ "'",
    'measure': "'" ~ measure ~ "'",
    'reference_area': 'asylum_area',
    'reference_area_role': "'location'",
    'counterpart_area': 'origin_area',
    'observation_value': measure,
    'unit_of_measure': "'years'" if measure == 'years_of_work' else "'ratio'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
    'dataset_id': 'pending_dataset_id' if measure == 'years_of_work'
        else 'coalesce(decision_dataset_id, application_dataset_id)',
    'vintage_id': 'pending_vintage_id' if measure == 'years_of_work'
        else 'coalesce(decision_vintage_id, application_vintage_id)',
    'second_dataset_id': 'decision_dataset_id' if measure == 'years_of_work'
        else 'case when decision_dataset_id is not null then application_dataset_id end',
    'second_vintage_id': 'decision_vintage_id' if measure == 'years_of_work'
        else 'case when decision_dataset_id is not null then application_vintage_id end',
}, 'calendar_year', 'year', 'years_of_work is not null' if measure == 'years_of_work' else 'true') }}
{%- endfor %}

union all

{{ observations_from(ref('int_protection__closer_to_home'), {
    'line_of_effort': '2',
    'indicator_id': "'L2.5'",
    'measure': "'closer_to_home_share'",
    'reference_area': 'origin_area',
    'reference_area_role': "'origin'",
    'observation_value': 'closer_to_home_share',
    'unit_of_measure': "'percent'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
}, 'year_end', 'year') }}

union all

{{ observations_from(ref('int_protection__homicide_rate'), {
    'line_of_effort': '3',
    'indicator_id': "'L3.3'",
    'measure': "'homicide_rate'",
    'reference_area': 'area_code',
    'reference_area_role': "'location'",
    'observation_value': 'homicides_per_100k',
    'unit_of_measure': "'per_100000'",
    'measure_kind': "'ratio'",
}, 'calendar_year', 'year') }}
