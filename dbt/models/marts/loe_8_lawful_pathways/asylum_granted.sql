select
    'L8.7' as indicator_id,
    granted.fiscal_year,
    {{ fiscal_year_label('granted.fiscal_year') }} as time_period,
    granted.nationality_scope,
    granted.nationality_label,
    granted.nationality_area,
    nationalities.area_name as nationality,
    granted.strategy_role,
    granted.granted_affirmatively,
    granted.granted_defensively,
    granted.granted,
    granted.flags,
    {{ warning_text('granted.flags') }} as warning,
    granted.dataset_id,
    granted.vintage_id
from {{ ref('int_pathways__asylum_granted') }} as granted
left join {{ ref('dim_country') }} as nationalities on granted.nationality_area = nationalities.area_code
