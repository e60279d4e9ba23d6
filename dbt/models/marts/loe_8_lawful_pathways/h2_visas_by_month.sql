select
    'L8.3' as indicator_id,
    visas.fiscal_year,
    {{ month_label('visas.month_start') }} as time_period,
    visas.month_start,
    visas.nationality_label,
    visas.nationality_area,
    nationalities.area_name as nationality,
    visas.strategy_role,
    visas.visa_class,
    -- A report may print a nationality and class twice.
    cast(sum(visas.visas) as bigint) as visas,
    min(visas.flags) as flags,
    {{ warning_text('min(visas.flags)') }} as warning,
    visas.dataset_id,
    visas.vintage_id
from {{ ref('int_pathways__h2_visas_by_month') }} as visas
left join {{ ref('dim_country') }} as nationalities on visas.nationality_area = nationalities.area_code
group by
    visas.fiscal_year, visas.month_start, visas.nationality_label, visas.nationality_area, nationalities.area_name,
    visas.strategy_role, visas.visa_class, visas.dataset_id, visas.vintage_id
