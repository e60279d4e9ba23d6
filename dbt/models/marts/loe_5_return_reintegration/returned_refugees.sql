{%- set flags = flags_with('solutions.flags', {'small_counts': holds_small_counts(['solutions.returned_refugees'])}) -%}

select
    solutions.year,
    {{ year_label('solutions.year') }} as time_period,
    solutions.origin_area,
    origin.area_name as origin_country,
    solutions.second_area as departure_area,
    departure.area_name as departure_country,
    solutions.returned_refugees,
    {{ flags }} as flags,
    {{ warning_text(flags) }} as warning,
    solutions.dataset_id,
    solutions.vintage_id
from {{ ref('int_displacement__solutions') }} as solutions
left join {{ ref('dim_country') }} as origin on solutions.origin_area = origin.area_code
left join {{ ref('dim_country') }} as departure on solutions.second_area = departure.area_code
where solutions.returned_refugees_status = 'reported'
