-- World Bank series that are indicators as they are published: nothing is computed, a null stays a missing figure.
-- None of them is in the recordings; a live run fills them.
with figures as (

    select
        wdi.wdi_indicator,
        wdi.year,
        labels.area_code,
        wdi.value,
        wdi.dataset_id,
        wdi.vintage_id
    from {{ latest_vintage(ref('stg_world_bank__wdi'), per=['wdi_indicator']) }} as wdi
    inner join {{ ref('country_labels') }} as labels
        on wdi.area_label = labels.label
        and labels.publisher = 'world_bank'
        and labels.geo_type = 'country'

)

{%- for code, facts in world_bank_indicators().items() %}
{%- if not loop.first %}

union all
{%- endif %}

{{ observations_from('figures', {
    'line_of_effort': facts[0],
    'indicator_id': "'" ~ facts[1] ~ "'",
    'measure': "'" ~ facts[2] ~ "'",
    'reference_area': 'area_code',
    'reference_area_role': "'location'",
    'observation_value': 'value',
    'unit_of_measure': "'" ~ facts[3] ~ "'",
    'measure_kind': "'ratio'",
}, 'calendar_year', 'year', "wdi_indicator = '" ~ code ~ "'") }}
{%- endfor %}
