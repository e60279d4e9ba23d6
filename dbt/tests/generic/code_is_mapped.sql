{#- Every code is in a seed. `kind` picks the rows of a seed that holds several lists. Returns the unknown codes. -#}
{% test code_is_mapped(model, column_name, to, code_column='code', kind=none) %}
select
    coded.{{ column_name }} as unmapped_code,
    count(*) as row_count
from (select * from {{ model }}) as coded
left join {{ to }} as codes
    on coded.{{ column_name }} = codes.{{ code_column }}
{%- if kind %}
        and codes.kind = '{{ kind }}'
    {%- endif %}
where coded.{{ column_name }} is not null
    and codes.{{ code_column }} is null
group by coded.{{ column_name }}
{% endtest %}
