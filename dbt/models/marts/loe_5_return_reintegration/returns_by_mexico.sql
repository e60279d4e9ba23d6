select
    figures.indicator_id,
    figures.year,
    figures.period_kind,
    figures.time_period,
    figures.month_start,
    figures.nationality_area,
    nationalities.area_name as nationality,
    nationalities.strategy_role,
    figures.return_type,
    figures.figure as returns,
    figures.is_partial_year,
    figures.flags,
    {{ warning_text('figures.flags') }} as warning,
    figures.dataset_id,
    figures.vintage_id
from {{ ref('int_regional__by_nationality') }} as figures
left join {{ ref('dim_country') }} as nationalities on figures.nationality_area = nationalities.area_code
where figures.measure = 'returns_by_mexico'
