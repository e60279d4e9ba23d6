with source as (

    select * from {{ source('iom_gdidata', 'mexico_irregular_events') }}

)

select
    {{ to_date(source_column('t')) }} as month_start,
    {{ text_or_null(source_column('nat')) }} as nationality_code,
    {{ to_int(source_column('n')) }} as events,
    {{ value_status(source_column('n'), to_int(source_column('n'))) }} as events_status,
    {{ provenance_columns() }}
from source
