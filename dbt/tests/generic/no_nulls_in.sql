{#- None of the columns is empty. Returns the columns of the rows where one is, and `key` to find them by. -#}
{% test no_nulls_in(model, columns, key=[]) %}
select {{ (key + columns) | unique | join(', ') }}
from {{ model }}
where
{%- for column in columns %}
    {% if not loop.first %}or {% endif %}{{ column }} is null
    {%- endfor %}
{% endtest %}
