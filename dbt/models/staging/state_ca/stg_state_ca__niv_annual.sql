{%- set classes = {'H-2A': 'h2a', 'H-2B': 'h2b', 'H-2R': 'h2r', 'Total Visas': 'total_visas'} -%}

with source as (

    select * from {{ source('state_ca', 'niv_annual') }}

)

select
    {{ to_year("replace(trim(" ~ source_column('fiscal_year_title') ~ "), 'Fiscal Year ', '')") }} as fiscal_year,
    {{ text_or_null(source_column('region')) }} as region,
    {{ text_or_null(source_column('nationality')) }} as nationality,
    case
        when {{ source_column('nationality') }} = 'Grand Totals' then 'grand_total'
        when {{ source_column('nationality') }} like 'Totals for %' then 'region_total'
        else 'nationality'
    end as row_kind,
    {%- for class, name in classes.items() %}
    {{ to_int(source_column(class)) }} as {{ name }},
    {{ value_status(source_column(class), to_int(source_column(class))) }} as {{ name }}_status,
    {%- endfor %}
    {{ provenance_columns() }}
from source
