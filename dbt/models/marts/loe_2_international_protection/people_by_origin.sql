select
    figures.year,
    {{ year_end_label('figures.year') }} as time_period,
    figures.origin_area,
    origin.area_name as origin_country,
    figures.refugees,
    figures.asylum_seekers,
    figures.flags,
    {{ warning_text('figures.flags') }} as warning,
    figures.dataset_id,
    figures.vintage_id
from {{ ref('int_displacement__people_by_origin') }} as figures
left join {{ ref('dim_country') }} as origin on figures.origin_area = origin.area_code
