with source as (

    select * from {{ source('iom_gdidata', 'darien_entries') }}

)

select
    {{ to_date(source_column('t')) }} as period_start,
    -- A figure of a whole year stands under its January.
    case when {{ to_year("left(" ~ source_column('t') ~ ", 4)") }} < 2020 then 'calendar_year' else 'month' end
        as period_kind,
    {{ text_or_null(source_column('nat')) }} as nationality_code,
    {{ to_int(source_column('n')) }} as persons_registered,
    {{ value_status(source_column('n'), to_int(source_column('n'))) }} as persons_registered_status,
    {{ provenance_columns() }}
from source
