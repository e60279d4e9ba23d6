select
    'L8.1' as indicator_id,
    allocation.fiscal_year,
    {{ fiscal_year_label('allocation.fiscal_year') }} as time_period,
    allocation.region_area,
    regions.area_name as region,
    allocation.ceiling_text,
    allocation.ceiling_low,
    allocation.ceiling_high,
    allocation.arrivals,
    allocation.fill_rate_of_low_bound,
    allocation.fill_rate_of_high_bound,
    allocation.is_partial_year,
    allocation.as_of_date,
    allocation.flags,
    {{ warning_text('allocation.flags') }} as warning,
    allocation.dataset_id,
    allocation.vintage_id
from {{ ref('int_pathways__refugee_allocation') }} as allocation
left join {{ ref('dim_country') }} as regions on allocation.region_area = regions.area_code
