select
    'L2.5' as indicator_id,
    shares.year,
    {{ year_end_label('shares.year') }} as time_period,
    shares.origin_area,
    origin.area_name as origin,
    shares.hosted_closer_to_home,
    shares.hosted_worldwide,
    shares.closer_to_home_share,
    shares.flags,
    {{ warning_text('shares.flags') }} as warning,
    shares.dataset_id,
    shares.vintage_id
from {{ ref('int_protection__closer_to_home') }} as shares
left join {{ ref('dim_country') }} as origin on shares.origin_area = origin.area_code
