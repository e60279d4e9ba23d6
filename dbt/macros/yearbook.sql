{#-
    Rows of a workbook of the DHS yearbook: totals, regions and nationalities told apart, the count named by the title
    of its table. X is not applicable, D withheld; another sign stays unparsed and stops the build.
-#}
{% macro yearbook_rows(table) -%}
{%- set title = source_column('title') -%}
{%- set section = source_column('section') -%}
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
    case
        when {{ section }} is null then 'year_total'
        when {{ label }} = 'Total' and {{ section }} = 'REGION' then 'region_total'
        when {{ label }} = 'Total' then 'table_total'
        when {{ section }} = 'REGION' then 'region'
        else 'nationality'
    end as row_kind,
    {{ text_or_null(label) }} as label,
    {{ to_year(source_column('Fiscal Year')) }} as fiscal_year,
    figure as persons,
    case
        when trim({{ value }}) = 'X' then 'not_applicable'
        when trim({{ value }}) = 'D' then 'suppressed'
        when {{ text_or_null(value) }} is null then 'missing'
        when figure is null then 'unparsed'
        else 'reported'
    end as value_status,
    {{ provenance_columns() }}
from source
{%- endmacro %}
