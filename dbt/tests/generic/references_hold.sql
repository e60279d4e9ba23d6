{#-
    Every value of the columns exists in the other table. `references` is a list of {columns, to, to_columns};
    to_columns defaults to columns, rows with a null in the first column are left out.
    Returns the broken reference and the missing value.
-#}
{% test references_hold(model, references) %}
{%- for reference in references %}
{%- set to_columns = reference['to_columns'] or reference['columns'] %}
select
    '{{ reference["columns"] | join(", ") }}' as broken_reference,
    {%- set parts = [] %}
    {%- for column in reference['columns'] %}
    {%- do parts.append("coalesce(cast(child." ~ column ~ " as " ~ dbt.type_string() ~ "), '(null)')") %}
    {%- endfor %}
    {{ parts | join(" || ', ' || ") }} as missing_value,
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
