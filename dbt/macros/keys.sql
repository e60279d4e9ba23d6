{#- Key of a row: md5 of its parts as text. Null and empty text are told apart. Same result on every engine. -#}
{% macro surrogate_key(expressions) -%}
    md5(
        {%- for expression in expressions %}
        coalesce(cast({{ expression }} as {{ dbt.type_string() }}), '_null_')
        {%- if not loop.last %} || '|' ||{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{#- Columns that make an observation unique, in this order. -#}
{% macro observation_key(
    measure, reference_area, counterpart_area, time_period, unit_of_measure, indicator_id='indicator_id'
) -%}
    {{ surrogate_key([indicator_id, measure, reference_area, counterpart_area, time_period, unit_of_measure]) }}
{%- endmacro %}
