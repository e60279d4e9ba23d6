select
    'L6.1' as indicator_id,
    monthly.fiscal_year,
    {{ month_label('monthly.month_start') }} as time_period,
    monthly.month_start,
    monthly.citizenship_area,
    citizenships.area_name as citizenship,
    citizenships.strategy_role,
    monthly.encounters,
    monthly.is_partial_year,
    monthly.flags,
    {{ warning_text('monthly.flags') }} as warning,
    monthly.dataset_id,
    monthly.vintage_id
from {{ ref('int_encounters__southwest_monthly') }} as monthly
left join {{ ref('dim_country') }} as citizenships on monthly.citizenship_area = citizenships.area_code
