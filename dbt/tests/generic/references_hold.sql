{#-
    Every value of the columns exists in the other table. `references` is a list of {columns, to, to_columns};
    to_columns defaults to columns, rows with a null in the first column are left out.
    With `key`, those columns also name one row each. Returns the broken rule and the value that broke it.
-#}
{% test references_hold(model, references, key=[]) %}
{%- if key %}
{%- set parts = [] %}
{%- for column in key %}
{%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '(null)')") %}
{%- endfor %}
select
    'one row per {{ key | join(", ") }}' as broken_rule,
    {{ parts | join(" || ', ' || ") }} as offending_value,
    count(*) as row_count
from {{ model }}
group by {{ parts | join(" || ', ' || ") }}
having count(*) > 1

union all
{% endif %}
{%- for reference in references %}
{%- set to_columns = reference['to_columns'] or reference['columns'] %}
select
    'reference of {{ reference["columns"] | join(", ") }}' as broken_rule,
    {%- set parts = [] %}
    {%- for column in reference['columns'] %}
    {%- do parts.append("coalesce(cast(child." ~ column ~ " as " ~ dbt.type_string() ~ "), '(null)')") %}
    {%- endfor %}
    {{ parts | join(" || ', ' || ") }} as offending_value,
    count(*) as row_count
from (select * from {{ model }}) as child
left join {{ reference['to'] }} as parent
    on {% for column in reference['columns'] -%}
    child.{{ column }} = parent.{{ to_columns[loop.index0] }}{% if not loop.last %} and {% endif %}
    {%- endfor %}
where child.{{ reference['columns'][0] }} is not null
    and parent.{{ to_columns[0] }} is null
group by {{ parts | join(" || ', ' || ") }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
{% endtest %}
