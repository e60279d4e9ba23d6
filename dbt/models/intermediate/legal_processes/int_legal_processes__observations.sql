-- Observations of the DHS monthly tables (L5.2, L5.3, L5.5, L6.1, L6.8, L7.4, L8.6). What did not apply to a period
-- ('X') is no observation of it: there is nothing that could be missing. A ratio of which one part is not shown is one,
-- without a value (status O), and its flags say why; two remainders are not the same people and never had a ratio.
-- L6.8 stands a second time over the encounters that DHS itself prints, where it prints them.
{% for time, time_column, kind in [('month', 'month_start', 'month'), ('fiscal_year', 'fiscal_year', 'year_total')] %}
{{ observations_from(ref('int_legal_processes__figures'), {
    'line_of_effort': "cast(substring(indicator_id, 2, 1) as " ~ dbt.type_int() ~ ")",
    'indicator_id': 'indicator_id',
    'measure': 'measure',
    'reference_area': "'USA'",
    'reference_area_role': "case when indicator_id in ('L5.2', 'L5.3') then 'actor' else 'location' end",
    'counterpart_area': 'citizenship_area',
    'observation_value': 'value',
    'unit_of_measure': 'unit_of_measure',
    'measure_kind': "'flow'",
    'flags': 'flags',
}, time, time_column, "observation_key is not null and period_kind = '" ~ kind ~ "'") }}

union all
{% endfor %}
{{ observations_from(ref('int_legal_processes__returns_per_encounters'), {
    'line_of_effort': '5',
    'indicator_id': "'L5.5'",
    'measure': "'returns_per_100_encounters'",
    'reference_area': "'USA'",
    'reference_area_role': "'actor'",
    'counterpart_area': 'citizenship_area',
    'observation_value': 'returns_per_100_encounters',
    'unit_of_measure': "'per_100'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
    'second_dataset_id': 'encounters_dataset_id',
    'second_vintage_id': 'encounters_vintage_id',
}, 'fiscal_year', 'fiscal_year') }}

{%- for time, time_column, kind in [('month', 'month_start', 'month'), ('fiscal_year', 'fiscal_year', 'year_total')] %}

union all

{{ observations_from(ref('int_legal_processes__referrals_per_encounters'), {
    'line_of_effort': '6',
    'indicator_id': "'L6.8'",
    'measure': "'credible_fear_referrals_per_1000_encounters'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'citizenship_area',
    'observation_value': 'referrals_per_1000_encounters',
    'unit_of_measure': "'per_1000'",
    'measure_kind': "'ratio'",
    'flags': 'flags',
    'second_dataset_id': 'encounters_dataset_id',
    'second_vintage_id': 'encounters_vintage_id',
}, time, time_column, "citizenship_scope = 'citizenship' and referrals is not null and period_kind = '" ~ kind ~ "'") }}

union all

{{ observations_from(ref('int_legal_processes__referrals_per_encounters'), {
    'line_of_effort': '6',
    'indicator_id': "'L6.8'",
    'measure': "'credible_fear_referrals_per_1000_encounters_dhs'",
    'reference_area': "'USA'",
    'reference_area_role': "'location'",
    'counterpart_area': 'citizenship_area',
    'observation_value': 'referrals_per_1000_encounters_dhs',
    'unit_of_measure': "'per_1000'",
    'measure_kind': "'ratio'",
    'flags': 'flags_dhs',
}, time, time_column, "referrals_per_1000_encounters_dhs is not null and period_kind = '" ~ kind ~ "'") }}
{%- endfor %}
