with source as (

    select * from {{ source('ingestion', 'datasets') }}

)

select
    dataset_id,
    publisher_id,
    publisher_name,
    title,
    description,
    lines as lines_of_effort,
    licence,
    licence_url,
    attribution,
    redistributable = 'true' as is_redistributable,
    cadence,
    {{ to_int('max_age_days') }} as max_age_days,
    homepage,
    documentation,
    recorded = 'true' as is_recorded,
    no_recording
from source
