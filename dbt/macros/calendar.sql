{#- U.S. fiscal year n runs from 1 October n-1 to 30 September n. The rule is stated here and nowhere else. -#}

{% macro us_fiscal_year(date_expression) -%}
    cast(extract(year from {{ date_expression }}) as {{ dbt.type_int() }})
    + case when extract(month from {{ date_expression }}) >= 10 then 1 else 0 end
{%- endmacro %}

{% macro fiscal_period_start(fiscal_year) -%}
    make_date({{ fiscal_year }} - 1, 10, 1)
{%- endmacro %}

{% macro fiscal_period_end(fiscal_year) -%}
    make_date({{ fiscal_year }}, 9, 30)
{%- endmacro %}

{#- First day of a calendar month (1-12) inside a fiscal year. -#}
{% macro fiscal_month_start(fiscal_year, month) -%}
    make_date(case when {{ month }} >= 10 then {{ fiscal_year }} - 1 else {{ fiscal_year }} end, {{ month }}, 1)
{%- endmacro %}

{% macro month_end(date_expression) -%}
    cast({{ dbt.last_day(date_expression, 'month') }} as date)
{%- endmacro %}

{#- Names of periods: '2021', '2021-12-31', 'FY2021', 'PLAN2021', '2021-10'. They are the keys of dim_period. -#}
{% macro year_label(year) -%}
    cast({{ year }} as {{ dbt.type_string() }})
{%- endmacro %}

{% macro year_end_label(year) -%}
    cast({{ year }} as {{ dbt.type_string() }}) || '-12-31'
{%- endmacro %}

{% macro fiscal_year_label(fiscal_year) -%}
    'FY' || cast({{ fiscal_year }} as {{ dbt.type_string() }})
{%- endmacro %}

{#- Year of a humanitarian plan: its own days may be fewer or more. -#}
{% macro plan_year_label(plan_year) -%}
    'PLAN' || cast({{ plan_year }} as {{ dbt.type_string() }})
{%- endmacro %}

{% macro month_label(date_expression) -%}
    cast(extract(year from {{ date_expression }}) as {{ dbt.type_string() }})
    || '-'
    || lpad(cast(extract(month from {{ date_expression }}) as {{ dbt.type_string() }}), 2, '0')
{%- endmacro %}

{#- Abbreviation of the English month of a date, as 'OCT'. -#}
{% macro month_name(date_expression) -%}
    case extract(month from {{ date_expression }})
        {%- for name in ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] %}
        when {{ loop.index }} then '{{ name }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- Calendar months from one day to a later one, zero where it is not later. Days inside a month do not count. -#}
{% macro months_between(earlier, later) -%}
    case
        when {{ later }} <= {{ earlier }} then 0
        else
            cast(
                12 * (extract(year from {{ later }}) - extract(year from {{ earlier }}))
                + extract(month from {{ later }}) - extract(month from {{ earlier }})
                as {{ dbt.type_int() }}
            )
    end
{%- endmacro %}

{#-
    Whether a period is the next one after another of its frequency and basis: it starts on the day after the other
    ends. Of points in time a year (quarter, month) lies between the two.
-#}
{% macro follows(period_start, period_end, previous_end, frequency, year_basis) -%}
    case
        when {{ year_basis }} = 'point_in_time'
            then {{ months_between(previous_end, period_end) }}
                = case {{ frequency }} when 'A' then 12 when 'Q' then 3 when 'M' then 1 end
        else cast({{ dbt.dateadd('day', 1, previous_end) }} as date) = {{ period_start }}
    end
{%- endmacro %}
