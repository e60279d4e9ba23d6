select
    'L8.5' as indicator_id,
    visas.fiscal_year,
    {{ month_label('visas.month_start') }} as time_period,
    visas.month_start,
    visas.state_scope,
    visas.chargeability_area,
    states.area_name as chargeability_state,
    visas.strategy_role,
    visas.visa_class,
    -- A report may print a state and class twice.
    cast(sum(visas.visas) as bigint) as visas,
    min(visas.flags) as flags,
    {{ warning_text('min(visas.flags)') }} as warning,
    visas.dataset_id,
    visas.vintage_id
from {{ ref('int_pathways__immigrant_visas') }} as visas
left join {{ ref('dim_country') }} as states on visas.chargeability_area = states.area_code
group by
    visas.fiscal_year, visas.month_start, visas.state_scope, visas.chargeability_area, states.area_name,
    visas.strategy_role, visas.visa_class, visas.dataset_id, visas.vintage_id
