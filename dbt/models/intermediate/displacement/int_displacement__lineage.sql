-- Records behind the observations of displaced people (L1.6, L2.4, L2.6, L2.7, L3.1, L3.2) and returned refugees.
{%- set per_100k = {
    'indicator_id': "'L2.6'", 'measure': "'refugees_per_100k'", 'unit_of_measure': "'per_100000'"
} -%}
{%- set area_labels = "inner join " ~ ref('country_labels') ~ " as labels on newest.area_label = labels.label" %}
with residents as (

    select
        newest.*,
        labels.area_code
    from {{ latest_vintage(ref('stg_world_bank__wdi'), per=['wdi_indicator']) }} as newest
    {{ area_labels }} and labels.publisher = 'world_bank' and labels.geo_type = 'country'
    where newest.wdi_indicator = 'SP.POP.TOTL'

),

disasters as (

    select
        newest.*,
        labels.area_code
    from {{ latest_vintage(ref('stg_idmc__gidd_disasters')) }} as newest
    {{ area_labels }} and labels.publisher = 'idmc'

)

{{ lineage_of_keyed(ref('int_displacement__population'), 'asylum_seekers', "'asylum_seekers'", 'asylum_seekers',
    'pending_observation_key') }}

union all

{%- for measure in ['refugees', 'asylum_seekers'] %}
{{ lineage_from(ref('int_displacement__people_by_origin'), {
    'measure': "'" ~ measure ~ "_by_origin'", 'reference_area': 'origin_area', 'unit_of_measure': "'persons'",
}, 'year_end', 'year', measure, "'" ~ measure ~ "'", measure) }}

union all
{% endfor %}
{{ lineage_from(ref('int_displacement__population'), dict(per_100k, reference_area='origin_area'), 'calendar_year',
    'year', 'refugees', "'refugees'", 'refugees', "query_name = 'nca_origin' and origin_area <> asylum_area") }}

union all

{{ lineage_from('residents', dict(per_100k, reference_area='area_code'), 'calendar_year', 'year', 'population',
    "'value'", 'value') }}

union all

{{ lineage_from(ref('int_displacement__population'), {
    'indicator_id': "'L3.1'", 'measure': "'internally_displaced'", 'reference_area': 'asylum_area',
    'unit_of_measure': "'persons'",
}, 'year_end', 'year', 'idps', "'idps'", 'idps', "origin_area = asylum_area and idps_status = 'reported'") }}

union all

{{ lineage_from(ref('int_displacement__conflicts'), {
    'indicator_id': "'L3.1'", 'measure': "'internally_displaced_idmc'", 'reference_area': 'area_code',
    'unit_of_measure': "'persons'",
}, 'year_end', 'year', 'idps', "'total_displacement'", 'idps') }}

union all

{{ lineage_from(ref('int_displacement__conflicts'), {
    'indicator_id': "'L3.2'", 'measure': "'new_conflict_displacements'", 'reference_area': 'area_code',
    'unit_of_measure': "'displacements'",
}, 'calendar_year', 'year', 'new_displacements', "'new_displacement'", 'new_displacements') }}

union all

{{ lineage_from('disasters', {
    'indicator_id': "'L1.6'", 'measure': "'new_disaster_displacements'", 'reference_area': 'area_code',
    'unit_of_measure': "'displacements'",
}, 'calendar_year', 'year', 'new_displacements', "'new_displacement'", 'new_displacements') }}

union all

{{ lineage_from(ref('int_displacement__solutions'), {
    'indicator_id': "'L2.7'", 'measure': "'resettlement_arrivals'", 'reference_area': 'second_area',
    'counterpart_area': 'origin_area', 'unit_of_measure': "'persons'",
}, 'calendar_year', 'year', 'resettlement', "'resettlement'", 'resettlement') }}

union all

{{ lineage_from(ref('int_displacement__solutions'), {
    'measure': "'returned_refugees'", 'reference_area': 'origin_area', 'counterpart_area': 'second_area',
    'unit_of_measure': "'persons'",
}, 'calendar_year', 'year', 'returned_refugees', "'returned_refugees'", 'returned_refugees') }}
