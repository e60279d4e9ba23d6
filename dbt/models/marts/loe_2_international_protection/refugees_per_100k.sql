select
    'L2.6' as indicator_id,
    rates.year,
    {{ year_label('rates.year') }} as time_period,
    rates.origin_area,
    origin.area_name as origin_country,
    rates.refugees,
    rates.population,
    rates.refugees_per_100k,
    rates.flags,
    {{ warning_text('rates.flags') }} as warning,
    rates.dataset_id,
    rates.vintage_id,
    rates.population_dataset_id,
    rates.population_vintage_id
from {{ ref('int_displacement__refugees_per_100k') }} as rates
left join {{ ref('dim_country') }} as origin on rates.origin_area = origin.area_code
