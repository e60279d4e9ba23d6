with source as (

    select
        *,
        {{ to_year(source_column('Fiscal Year')) }} as fiscal_year,
        {{ to_int(source_column('Quantity')) }} as figure
    from {{ source('dhs_ohss', 'khsm_encounters') }}

)

select
    {{ source_column('sheet') }} as sheet,
    case when {{ source_column('Month') }} is null then 'fiscal_year' else 'month' end as period_kind,
    fiscal_year,
    -- '01 October': the number counts from October, the name says which month of the calendar it is.
    {{ fiscal_month_start('fiscal_year', month_number("substr(" ~ source_column('Month') ~ ", 4)")) }} as month_start,
    {{ text_or_null(source_column('Region')) }} as region,
    {{ text_or_null(source_column('Citizenship')) }} as citizenship,
    figure as encounters,
    {{ value_status(source_column('Quantity'), 'figure') }} as value_status,
    {{ provenance_columns() }}
from source
