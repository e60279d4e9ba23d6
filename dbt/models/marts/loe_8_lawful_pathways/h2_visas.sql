select
    'L8.3' as indicator_id,
    visas.fiscal_year,
    {{ fiscal_year_label('visas.fiscal_year') }} as time_period,
    visas.nationality_scope,
    visas.nationality_area,
    nationalities.area_name as nationality,
    visas.strategy_role,
    visas.visa_class,
    visas.visas,
    visas.value_status,
    visas.flags,
    {{ warning_text('visas.flags') }} as warning,
    visas.dataset_id,
    visas.vintage_id
from {{ ref('int_pathways__h2_visas') }} as visas
left join {{ ref('dim_country') }} as nationalities on visas.nationality_area = nationalities.area_code
