{#- Rows of the monthly reports on visas: printed rows and the grand total, which has no class, told apart. -#}
{% macro monthly_visa_rows(table, country_column, country_name) -%}
{%- set country = source_column(country_column) -%}
{%- set month = source_column('report_month') -%}
{%- set visas = source_column('Issuances') -%}
with source as (

    select
        *,
        make_date({{ to_year("right(trim(" ~ month ~ "), 4)") }}, {{ month_number(month) }}, 1) as month_start,
        {{ to_int(without_separators(visas)) }} as figure
    from {{ source('state_ca', table) }}

)

select
    month_start,
    {{ us_fiscal_year('month_start') }} as fiscal_year,
    case when {{ text_or_null(source_column('Visa Class')) }} is null then 'grand_total' else 'country' end as row_kind,
    -- Stars refer to notes below the table.
    {{ text_or_null("replace(" ~ country ~ ", '*', '')") }} as {{ country_name }},
    {{ text_or_null(source_column('Visa Class')) }} as visa_class,
    figure as visas,
    {{ value_status(visas, 'figure') }} as visas_status,
    {{ provenance_columns() }}
from source
{%- endmacro %}
