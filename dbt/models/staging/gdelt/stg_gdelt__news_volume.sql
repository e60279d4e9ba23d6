with source as (

    select * from {{ source('gdelt', 'news_volume') }}

)

select
    trim({{ source_column('query_name') }}) as query_name,
    trim({{ source_column('title') }}) as query_text,
    trim({{ source_column('date_resolution') }}) as date_resolution,
    trim({{ source_column('series') }}) as series_name,
    make_date(
        {{ to_year("substr(" ~ source_column('date') ~ ", 1, 4)") }},
        {{ to_year("substr(" ~ source_column('date') ~ ", 5, 2)") }},
        {{ to_year("substr(" ~ source_column('date') ~ ", 7, 2)") }}
    ) as day_start,
    {{ to_int(source_column('value')) }} as articles,
    {{ to_int(source_column('norm')) }} as all_articles,
    {{ provenance_columns() }}
from source
