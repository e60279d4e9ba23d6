-- Decisions under ISO areas, one row per record.
with figures as (

    select * from {{ latest_vintage(ref('stg_unhcr__asylum_decisions')) }} as newest

),

labels as (

    select
        label,
        area_code
    from {{ ref('country_labels') }}
    where publisher = 'unhcr'

)

select
    figures.year,
    asylum_labels.area_code as asylum_area,
    origin_labels.area_code as origin_area,
    case when figures.origin_unhcr_code is null then 'all_origins' else 'one_origin' end as origin_scope,
    levels.stage,
    units.label as counted_in,
    figures.recognized,
    figures.complementary,
    figures.rejected,
    figures.otherwise_closed,
    figures.dataset_id,
    figures.vintage_id,
    figures.source_file,
    figures.source_record,
    figures.retrieved_at
from figures
left join labels as asylum_labels on figures.asylum_unhcr_code = asylum_labels.label
left join labels as origin_labels on figures.origin_unhcr_code = origin_labels.label
left join {{ ref('unhcr_codes') }} as levels
    on figures.decision_level = levels.code and levels.kind = 'dec_level'
left join {{ ref('unhcr_codes') }} as units
    on figures.unit_code = units.code and units.kind = 'unit'
