{#-
    Every code is in a seed. `codes` is a list of {column, to, code_column, kind}: code_column defaults to code, `kind`
    picks the rows of a seed that holds several lists. Returns the unknown codes.
-#}
{% test code_is_mapped(model, codes) %}
{%- for code in codes %}
{%- set code_column = code['code_column'] or 'code' %}
select
    coded.{{ code['column'] }} as unmapped_code,
    '{{ code["column"] }}' as column_name,
    count(*) as row_count
from (select * from {{ model }}) as coded
left join {{ code['to'] }} as codes
    on coded.{{ code['column'] }} = codes.{{ code_column }}
    {%- if code['kind'] %}
        and codes.kind = '{{ code["kind"] }}'
    {%- endif %}
where coded.{{ code['column'] }} is not null
    and codes.{{ code_column }} is null
group by coded.{{ code['column'] }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
{% endtest %}
