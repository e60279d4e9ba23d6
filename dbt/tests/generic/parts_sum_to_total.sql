{#-
    Rows that are parts add up to the row that is their total, group by group. Returns the groups that do not.
    A group without a total row is left out; `tolerance` is in the unit of the value.
-#}
{% test parts_sum_to_total(model, value, part, total, group_by, tolerance=0) %}
with sums as (

    select
        {{ group_by | join(', ') }},
        sum(case when {{ part }} then {{ value }} end) as sum_of_parts,
        sum(case when {{ total }} then {{ value }} end) as printed_total
    from {{ model }}
    group by {{ group_by | join(', ') }}

)

select
    {{ group_by | join(', ') }},
    sum_of_parts,
    printed_total
from sums
where printed_total is not null
    and abs(coalesce(sum_of_parts, 0) - printed_total) > {{ tolerance }}
{% endtest %}
