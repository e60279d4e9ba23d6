select
    indicators.indicator_id,
    indicators.line_of_effort,
    lines.name as line_of_effort_name,
    indicators.name,
    indicators.definition,
    indicators.unit,
    indicators.direction,
    indicators.grain,
    indicators.sources,
    indicators.year_basis,
    indicators.disaggregation,
    indicators.tier,
    indicators.not_to_be_read_as,
    indicators.framework,
    indicators.computation_status,
    indicators.obstacle,
    indicators.status_reason
from {{ ref('indicators') }} as indicators
left join {{ ref('lines_of_effort') }} as lines on indicators.line_of_effort = lines.line_of_effort
