with source as (

    select * from {{ source('iom_gdidata', 'mexico_returns') }}

)

select
    {{ to_date(source_column('t')) }} as month_start,
    {{ text_or_null(source_column('nat')) }} as nationality_code,
    {{ text_or_null(source_column('type')) }} as return_type,
    {{ to_int(source_column('n')) }} as returns,
    {{ value_status(source_column('n'), to_int(source_column('n'))) }} as returns_status,
    {{ provenance_columns() }}
from source
