with source as (

    select * from {{ source('iom_gdidata', 'guatemala_returns') }}

)

select
    {{ to_date(source_column('t')) }} as month_start,
    {{ text_or_null(source_column('sex')) }} as sex,
    {{ text_or_null(source_column('age')) }} as age_group,
    -- Empty is a value of its own: returns whose country the copy does not say.
    {{ text_or_null(source_column('origin')) }} as returning_country_code,
    {{ to_int(source_column('n')) }} as returns_received,
    {{ value_status(source_column('n'), to_int(source_column('n'))) }} as returns_received_status,
    {{ provenance_columns() }}
from source
