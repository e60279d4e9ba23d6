{#- Columns hold only the listed values (null is not looked at). Returns the column and each unknown value. -#}
{% test values_are_known(model, allowed) %}
{%- for column, values in allowed.items() %}
select
    '{{ column }}' as column_name,
    {{ column }} as unknown_value,
    count(*) as row_count
from {{ model }}
where {{ column }} not in ('{{ values | join("', '") }}')
group by {{ column }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
{% endtest %}
