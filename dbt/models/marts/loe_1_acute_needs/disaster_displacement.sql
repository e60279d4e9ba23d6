select
    'L1.6' as indicator_id,
    disasters.year,
    {{ year_label('disasters.year') }} as time_period,
    disasters.area_code,
    countries.area_name as country,
    countries.strategy_role,
    disasters.hazard_scope,
    disasters.hazard_category,
    disasters.hazard_type,
    disasters.event_rows,
    disasters.event_rows_without_figure,
    disasters.new_displacements,
    disasters.last_updated,
    disasters.dataset_id,
    disasters.vintage_id
from {{ ref('int_displacement__disasters') }} as disasters
left join {{ ref('dim_country') }} as countries on disasters.area_code = countries.area_code
