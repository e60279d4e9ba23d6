-- The flow and two stocks side by side. They are three series: no column may be added to another.
select
    'L3.2' as flow_indicator_id,
    'L3.1' as stock_indicator_id,
    conflicts.year,
    {{ year_label('conflicts.year') }} as flow_time_period,
    {{ year_end_label('conflicts.year') }} as stock_time_period,
    conflicts.area_code,
    countries.area_name as country,
    countries.strategy_role,
    conflicts.new_displacements,
    conflicts.new_displacements_status,
    conflicts.idps as internally_displaced_idmc,
    conflicts.idps_status as internally_displaced_idmc_status,
    conflicts.last_profiled_year as idmc_last_profiled_year,
    conflicts.stock_flags as idmc_flags,
    {{ warning_text('conflicts.stock_flags') }} as idmc_warning,
    stocks.idps as internally_displaced_unhcr,
    stocks.flags as unhcr_flags,
    {{ warning_text('stocks.flags') }} as unhcr_warning,
    conflicts.dataset_id,
    conflicts.vintage_id,
    stocks.dataset_id as unhcr_dataset_id,
    stocks.vintage_id as unhcr_vintage_id
from {{ ref('int_displacement__conflicts') }} as conflicts
left join {{ ref('int_displacement__internally_displaced') }} as stocks
    on conflicts.area_code = stocks.area_code
    and conflicts.year = stocks.year
left join {{ ref('dim_country') }} as countries on conflicts.area_code = countries.area_code
