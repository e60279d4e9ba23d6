{%- set months = ['OCT', 'NOV', 'DEC', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP'] -%}
{%- set as_of = "replace(trim(" ~ source_column('as_of') ~ "), 'as of ', '')" -%}
{%- set as_of_day = to_year("split_part(" ~ as_of ~ ", '-', 1)") -%}
{%- set as_of_year = to_year("split_part(" ~ as_of ~ ", '-', 3)") -%}

with source as (

    select * from {{ source('state_prm', 'refugee_admissions') }}

)

select
    {{ to_year("replace(trim(" ~ source_column('fiscal_year_title') ~ "), 'Fiscal Year ', '')") }} as fiscal_year,
    -- "as of 31-December-2024"
    make_date(
        {{ as_of_year }},
        {{ month_number("split_part(" ~ as_of ~ ", '-', 2)") }},
        {{ as_of_day }}
    ) as as_of_date,
    {{ text_or_null(source_column('region')) }} as region,
    {{ text_or_null(source_column('country')) }} as country,
    case
        when {{ source_column('country') }} = 'Grand Totals' then 'grand_total'
        when {{ source_column('country') }} like 'Total %' then 'region_total'
        when {{ text_or_null(source_column('country')) }} is not null then 'country'
        when {{ text_or_null(source_column('Ceiling')) }} is not null then 'region_header'
        else 'empty'
    end as row_kind,
    {{ text_or_null(source_column('Ceiling')) }} as ceiling_text,
    {{ to_int(without_separators("split_part(" ~ source_column('Ceiling') ~ ", ' - ', 1)")) }} as ceiling_low,
    {{ to_int(without_separators("split_part(" ~ source_column('Ceiling') ~ ", ' - ', -1)")) }} as ceiling_high,
    {{ to_int(without_separators(source_column('FY Total Admitted to the U.S.'))) }} as admitted_in_year,
    {%- for month in months %}
    {{ to_int(without_separators(source_column(month))) }} as admitted_{{ month | lower }},
    {%- endfor %}
    {{ provenance_columns() }}
from source
