{#-
    The columns name one row each, and none of `never_empty` is empty. Returns the key and what is wrong with it.
-#}
{% test one_row_per(model, columns, never_empty=[]) %}
select
    {{ columns | join(', ') }},
    'occurs more than once' as problem,
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{%- for column in never_empty %}

union all

select
    {{ columns | join(', ') }},
    '{{ column }} is empty' as problem,
    1 as row_count
from {{ model }}
where {{ column }} is null
{%- endfor %}
{% endtest %}
