{#- Casts of text that never fail: text that is not a value of the type becomes null, and value_status says so. -#}

{% macro source_column(name) -%}
    {{ adapter.quote(name) }}
{%- endmacro %}

{#- Whole number, sign allowed, thousands separators not. -#}
{% macro to_int(expression) -%}
    {{ return(adapter.dispatch('to_int', 'lines_of_effort')(expression)) }}
{%- endmacro %}

{% macro default__to_int(expression) -%}
    case when trim({{ expression }}) ~ '^[+-]?[0-9]{1,18}$' then cast(trim({{ expression }}) as {{ dbt.type_bigint() }}) end
{%- endmacro %}

{#- The pattern is kept: a bare try_cast would round '12.5' to 13. -#}
{% macro duckdb__to_int(expression) -%}
    case
        when regexp_full_match(trim({{ expression }}), '[+-]?[0-9]{1,18}')
            then try_cast(trim({{ expression }}) as {{ dbt.type_bigint() }})
    end
{%- endmacro %}

{#- Year as an integer (make_date wants one on PostgreSQL). -#}
{% macro to_year(expression) -%}
    cast({{ to_int(expression) }} as {{ dbt.type_int() }})
{%- endmacro %}

{% macro to_decimal(expression) -%}
    {{ return(adapter.dispatch('to_decimal', 'lines_of_effort')(expression)) }}
{%- endmacro %}

{% macro default__to_decimal(expression) -%}
    case
        when trim({{ expression }}) ~ '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$'
            then cast(trim({{ expression }}) as {{ dbt.type_numeric() }})
    end
{%- endmacro %}

{% macro duckdb__to_decimal(expression) -%}
    try_cast(trim({{ expression }}) as {{ dbt.type_numeric() }})
{%- endmacro %}

{#- Date from text that starts with YYYY-MM-DD. -#}
{% macro to_date(expression) -%}
    {{ return(adapter.dispatch('to_date', 'lines_of_effort')(expression)) }}
{%- endmacro %}

{% macro default__to_date(expression) -%}
    case
        when left(trim({{ expression }}), 10) ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
            then cast(left(trim({{ expression }}), 10) as date)
    end
{%- endmacro %}

{% macro duckdb__to_date(expression) -%}
    try_cast(left(trim({{ expression }}), 10) as date)
{%- endmacro %}

{#- A day printed as MM/DD/YY, of this century, as YYYY-MM-DD; other text as it is. -#}
{% macro from_us_short_date(expression) -%}
    case
        when trim({{ expression }}) like '__/__/__' or trim({{ expression }}) like '__/__/__ %'
            then '20' || substring(trim({{ expression }}), 7, 2) || '-' || substring(trim({{ expression }}), 1, 2)
                || '-' || substring(trim({{ expression }}), 4, 2)
        else {{ expression }}
    end
{%- endmacro %}

{#- Number printed with thousands separators, as '40,000'. -#}
{% macro without_separators(expression) -%}
    replace(trim({{ expression }}), ',', '')
{%- endmacro %}

{#- Text or null: publishers write an empty cell as '' and as a blank. -#}
{% macro text_or_null(expression) -%}
    nullif(trim({{ expression }}), '')
{%- endmacro %}

{#-
    What an empty or odd cell means: reported, not_applicable ('-', the concept does not exist there),
    missing (empty) or unparsed (text that is not a number). Zero is reported.
-#}
{% macro value_status(expression, parsed) -%}
    case
        when {{ text_or_null(expression) }} is null then 'missing'
        when trim({{ expression }}) = '-' then 'not_applicable'
        when {{ parsed }} is null then 'unparsed'
        else 'reported'
    end
{%- endmacro %}

{#- Month number (1-12) of an English month name or its first three letters. -#}
{% macro month_number(expression) -%}
    case lower(left(trim({{ expression }}), 3))
        {%- for name in ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] %}
        when '{{ name }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}
