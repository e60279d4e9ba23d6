with source as (

    select * from {{ source('wikimedia', 'pageviews') }}

)

select
    trim({{ source_column('project') }}) as wiki,
    trim({{ source_column('article') }}) as article,
    make_date(
        {{ to_year("substr(" ~ source_column('timestamp') ~ ", 1, 4)") }},
        {{ to_year("substr(" ~ source_column('timestamp') ~ ", 5, 2)") }},
        1
    ) as month_start,
    {{ to_int(source_column('views')) }} as views,
    {{ provenance_columns() }}
from source
