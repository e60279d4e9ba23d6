{#-
    No month (a date column) or year (a number) is left out between the first and the last of each group.
    Returns the period after a gap and the one before it.
-#}
{% test periods_are_continuous(model, period, by=[], unit='month') %}
{%- if unit == 'month' -%}
    {%- set ordinal = '12 * cast(extract(year from ' ~ period ~ ') as ' ~ dbt.type_int() ~ ') + cast(extract(month from '
        ~ period ~ ') as ' ~ dbt.type_int() ~ ')' -%}
{%- else -%}
    {%- set ordinal = period -%}
{%- endif %}
with periods as (

    select distinct
        {% for column in by %}{{ column }}, {% endfor -%}
{{ period }},
        {{ ordinal }} as ordinal
    from {{ model }}

),

compared as (

    select
        periods.*,
        lag({{ period }}) over (
{%- if by %}partition by {{ by | join(', ') }} {% endif %}order by ordinal
        ) as previous_period,
        lag(ordinal) over (
{%- if by %}partition by {{ by | join(', ') }} {% endif %}order by ordinal
        ) as previous_ordinal
    from periods

)

select
    {% for column in by %}{{ column }}, {% endfor -%}
    previous_period,
    {{ period }}
from compared
where ordinal - previous_ordinal > 1
{% endtest %}
