select
    'L2.2' as indicator_id,
    decisions.year,
    {{ year_label('decisions.year') }} as time_period,
    decisions.asylum_area,
    asylum.area_name as asylum_country,
    asylum.asylum_scope,
    decisions.origin_scope,
    decisions.origin_area,
    origin.area_name as origin_country,
    decisions.stage,
    decisions.counted_in,
    decisions.recognized,
    decisions.complementary,
    decisions.rejected,
    decisions.otherwise_closed,
    decisions.substantive_decisions,
    decisions.total_protection_rate,
    decisions.refugee_recognition_rate,
    decisions.flags,
    {{ warning_text('decisions.flags') }} as warning,
    decisions.dataset_id,
    decisions.vintage_id
from {{ ref('int_protection__asylum_decisions') }} as decisions
left join {{ ref('dim_country') }} as asylum on decisions.asylum_area = asylum.area_code
left join {{ ref('dim_country') }} as origin on decisions.origin_area = origin.area_code
