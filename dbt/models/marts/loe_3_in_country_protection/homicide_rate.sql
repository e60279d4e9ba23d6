select
    'L3.3' as indicator_id,
    rates.year,
    {{ year_label('rates.year') }} as time_period,
    rates.area_code,
    countries.area_name as country,
    countries.strategy_role,
    rates.homicides_per_100k,
    rates.value_status,
    rates.last_updated,
    rates.dataset_id,
    rates.vintage_id
from {{ ref('int_protection__homicide_rate') }} as rates
left join {{ ref('dim_country') }} as countries on rates.area_code = countries.area_code
