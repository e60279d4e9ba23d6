-- Records behind the observations of asylum (L2.1 to L2.5) and homicide (L3.3).
{%- set asylum = {
    'reference_area': 'asylum_area', 'counterpart_area': 'origin_area', 'unit_of_measure': "'ratio'"
} -%}
{%- set decision_fields = {
    'recognized': 'dec_recognized', 'complementary': 'dec_other', 'rejected': 'dec_rejected',
    'otherwise_closed': 'dec_closed'
} %}
{{ lineage_of_keyed(ref('int_protection__asylum_applications'), 'applied', "'applied'", 'applied') }}

{%- for measure in ['total_protection_rate', 'refugee_recognition_rate'] %}
{%- for component in ['recognized', 'complementary', 'rejected'] %}

union all

{{ lineage_from(ref('int_protection__decision_records'), dict(asylum, **{
    'indicator_id': "'L2.2'", 'measure': "'" ~ measure ~ "_of_' || counted_in", 'unit_of_measure': "'percent'",
}), 'calendar_year', 'year', component, "'" ~ decision_fields[component] ~ "'", component,
    "stage = 'first_instance'") }}
{%- endfor %}
{%- endfor %}

{%- for measure, components in {
    'clearance_ratio': ['recognized', 'complementary', 'rejected'],
    'closed_per_application': ['otherwise_closed'],
    'years_of_work': ['recognized', 'complementary', 'rejected'],
}.items() %}
{%- set columns = dict(asylum, **{
    'indicator_id': "'L2.4'" if measure == 'years_of_work' else "'L2.3'",
    'measure': "'" ~ measure ~ "'",
    'unit_of_measure': "'years'" if measure == 'years_of_work' else "'ratio'",
}) %}
{%- for component in components %}

union all

{{ lineage_from(ref('int_protection__decision_records'), columns, 'calendar_year', 'year', component,
    "'" ~ decision_fields[component] ~ "'", component, "stage = 'first_instance'") }}
{%- endfor %}

union all

{%- if measure == 'years_of_work' %}

{{ lineage_from(ref('int_displacement__population'), columns, 'calendar_year', 'year', 'asylum_seekers',
    "'asylum_seekers'", 'asylum_seekers') }}
{%- else %}

{{ lineage_from(ref('int_protection__asylum_applications'), columns, 'calendar_year', 'year', 'applied', "'applied'",
    'applied', 'is_new_claim') }}
{%- endif %}
{%- endfor %}

{%- for area in ['origin_area', "'NCA'"] %}
{%- for component, host in {'hosted': 'true', 'closer_to_home': 'asylum_area in (' ~
    "select area_code from " ~ ref('countries') ~ " where is_closer_to_home_host)"}.items() %}
{%- for population in ['refugees', 'asylum_seekers'] %}

union all

{{ lineage_from(ref('int_displacement__population'), {
    'indicator_id': "'L2.5'", 'measure': "'closer_to_home_share'", 'reference_area': area,
    'unit_of_measure': "'percent'",
}, 'year_end', 'year', component ~ '_' ~ population, "'" ~ population ~ "'", population,
    "query_name = 'nca_origin' and origin_area <> asylum_area and " ~ population ~ "_status = 'reported' and "
    ~ "asylum_area in (select area_code from " ~ ref('countries') ~ ") and " ~ host) }}
{%- endfor %}
{%- endfor %}
{%- endfor %}

union all

{{ lineage_from(ref('int_protection__homicide_rate'), {
    'indicator_id': "'L3.3'", 'measure': "'homicide_rate'", 'reference_area': 'area_code',
    'unit_of_measure': "'per_100000'",
}, 'calendar_year', 'year', 'rate', "'value'", 'homicides_per_100k') }}
