-- Records behind the World Bank series that are indicators as published (L1.5, L1.7, L3.4, L5.6).
with figures as (

    select
        newest.*,
        labels.area_code
    from {{ latest_vintage(ref('stg_world_bank__wdi'), per=['wdi_indicator']) }} as newest
    inner join {{ ref('country_labels') }} as labels
        on newest.area_label = labels.label
        and labels.publisher = 'world_bank'
        and labels.geo_type = 'country'

)

{%- for code, facts in world_bank_indicators().items() %}
{%- if not loop.first %}

union all
{%- endif %}

{{ lineage_from('figures', {
    'indicator_id': "'" ~ facts[1] ~ "'", 'measure': "'" ~ facts[2] ~ "'", 'reference_area': 'area_code',
    'unit_of_measure': "'" ~ facts[3] ~ "'",
}, 'calendar_year', 'year', 'value', "'value'", 'value', "wdi_indicator = '" ~ code ~ "'") }}
{%- endfor %}
