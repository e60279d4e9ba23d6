{#- The condition is true on every row (null counts as broken). Returns `key` of the rows where it is not. -#}
{% test every_row_satisfies(model, condition, key) %}
select {{ key | join(', ') }}
from {{ model }}
where not coalesce({{ condition }}, false)
{% endtest %}
