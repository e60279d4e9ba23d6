with source as (

    select
        *,
        {{ to_year("left(" ~ source_column('Fiscal Year') ~ ", 4)") }} as fiscal_year,
        {{ to_int(source_column('value')) }} as figure
    from {{ source('dhs_ohss', 'monthly_tables') }}

)

select
    {{ source_column('sheet') }} as sheet,
    {{ source_column('title') }} as title,
    fiscal_year,
    {{ source_column('Fiscal Year') }} like '% YTD' as is_partial_year,
    case when {{ source_column('Month') }} = 'Total' then 'year_total' else 'month' end as row_kind,
    case
        when {{ source_column('Month') }} <> 'Total'
            then {{ fiscal_month_start('fiscal_year', month_number(source_column('Month'))) }}
    end as month_start,
    {{ text_or_null(source_column('column_group')) }} as column_group,
    {{ text_or_null(source_column('column_name')) }} as column_name,
    figure as value,
    case
        when trim({{ source_column('value') }}) = 'X' then 'not_applicable'
        else {{ value_status(source_column('value'), 'figure') }}
    end as value_status,
    {{ provenance_columns() }}
from source
