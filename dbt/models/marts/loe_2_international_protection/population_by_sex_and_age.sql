select
    figures.year,
    {{ year_end_label('figures.year') }} as time_period,
    figures.asylum_area,
    asylum.area_name as asylum_country,
    figures.origin_area,
    origin.area_name as origin_country,
    figures.population_code,
    figures.population_group,
    figures.people,
    figures.female,
    figures.male,
    figures.sex_not_known,
    figures.children,
    figures.adults_18_to_59,
    figures.adults_60_and_over,
    figures.age_not_known,
    figures.female_percent,
    figures.children_percent,
    figures.flags,
    {{ warning_text('figures.flags') }} as warning,
    figures.dataset_id,
    figures.vintage_id
from {{ ref('int_displacement__demographics') }} as figures
left join {{ ref('dim_country') }} as asylum on figures.asylum_area = asylum.area_code
left join {{ ref('dim_country') }} as origin on figures.origin_area = origin.area_code
