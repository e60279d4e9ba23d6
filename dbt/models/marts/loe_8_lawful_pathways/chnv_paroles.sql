select
    figures.indicator_id,
    figures.fiscal_year,
    figures.period_kind,
    figures.time_period,
    figures.month_start,
    figures.citizenship_scope,
    figures.citizenship_area,
    citizenships.area_name as citizenship,
    citizenships.strategy_role,
    figures.value as paroles,
    figures.value_status,
    figures.is_partial_year,
    figures.flags,
    {{ warning_text('figures.flags') }} as warning,
    figures.dataset_id,
    figures.vintage_id
from {{ ref('int_legal_processes__figures') }} as figures
left join {{ ref('dim_country') }} as citizenships on figures.citizenship_area = citizenships.area_code
where figures.indicator_id = 'L8.6'
