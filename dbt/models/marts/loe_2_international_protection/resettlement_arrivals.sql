{%- set flags = flags_with('solutions.flags', {'small_counts': holds_small_counts(['solutions.resettlement'])}) -%}

select
    'L2.7' as indicator_id,
    solutions.year,
    {{ year_label('solutions.year') }} as time_period,
    solutions.second_area as arrival_area,
    arrival.area_name as arrival_country,
    solutions.origin_area,
    origin.area_name as origin_country,
    solutions.resettlement as arrivals,
    {{ flags }} as flags,
    {{ warning_text(flags) }} as warning,
    solutions.dataset_id,
    solutions.vintage_id
from {{ ref('int_displacement__solutions') }} as solutions
left join {{ ref('dim_country') }} as arrival on solutions.second_area = arrival.area_code
left join {{ ref('dim_country') }} as origin on solutions.origin_area = origin.area_code
where solutions.resettlement_status = 'reported'
