{#- The indicators of one line of effort, computed or not, with the sentence that says what is missing. -#}
{% macro line_indicators(line_of_effort) -%}
select
    indicators.indicator_id,
    indicators.name,
    indicators.definition,
    indicators.unit,
    indicators.tier,
    indicators.computation_status,
    indicators.obstacle,
    indicators.status_reason,
    indicators.not_to_be_read_as,
    lines.gap as what_is_missing
from {{ ref('dim_indicator') }} as indicators
inner join {{ ref('dim_line_of_effort') }} as lines on indicators.line_of_effort = lines.line_of_effort
where indicators.line_of_effort = {{ line_of_effort }}
{%- endmacro %}
