{#- What a row of a workbook of the DHS yearbook is: region_total and table_total are the same total, printed twice. -#}
{% macro yearbook_row_kind() -%}
    case
        when {{ source_column('section') }} is null then 'year_total'
        when {{ source_column('label') }} = 'Total' and {{ source_column('section') }} = 'REGION' then 'region_total'
        when {{ source_column('label') }} = 'Total' then 'table_total'
        when {{ source_column('section') }} = 'REGION' then 'region'
        else 'nationality'
    end
{%- endmacro %}

{#- Status of a cell of the yearbook: X is not applicable, D withheld, any of `no_figure` missing; else unparsed. -#}
{% macro yearbook_status(figure, no_figure=[]) -%}
    case
        when trim({{ source_column('value') }}) = 'X' then 'not_applicable'
        when trim({{ source_column('value') }}) = 'D' then 'suppressed'
        when {{ text_or_null(source_column('value')) }} is null then 'missing'
        {%- for sign in no_figure %}
        when trim({{ source_column('value') }}) = '{{ sign }}' then 'missing'
        {%- endfor %}
        when {{ figure }} is null then 'unparsed'
        else 'reported'
    end
{%- endmacro %}

{#-
    Rows of a workbook of the DHS yearbook: totals, regions and nationalities told apart, the count named by the title
    of its table. X is not applicable, D withheld; another sign stays unparsed and stops the build.
-#}
{% macro yearbook_rows(table) -%}
{%- set title = source_column('title') -%}
{%- set label = source_column('label') -%}
{%- set value = source_column('value') -%}
with source as (

    select
        *,
        {{ to_int(value) }} as figure
    from {{ source('dhs_ohss', table) }}

)

select
    {{ source_column('sheet') }} as sheet,
    {{ title }} as title,
    case
        when {{ title }} like 'REFUGEE ARRIVALS %' then 'refugee_arrivals'
        when {{ title }} like '% AFFIRMATIVELY BY %' then 'granted_affirmatively'
        when {{ title }} like '% DEFENSIVELY BY %' then 'granted_defensively'
        when {{ source_column('column_name') }} = 'Affirmative' then 'granted_affirmatively'
        when {{ source_column('column_name') }} = 'Defensive' then 'granted_defensively'
        when {{ source_column('column_name') }} = 'Total' then 'granted'
    end as measure,
    {{ yearbook_row_kind() }} as row_kind,
    {{ text_or_null(label) }} as label,
    {{ to_year(source_column('Fiscal Year')) }} as fiscal_year,
    figure as persons,
    {{ yearbook_status('figure') }} as value_status,
    {{ provenance_columns() }}
from source
{%- endmacro %}
