with source as (

    select * from {{ source('ingestion', 'files') }}

)

select
    dataset_id,
    vintage_id,
    file as file_name,
    url,
    final_url,
    {{ to_int('http_status') }} as http_status,
    content_type,
    {{ utc_timestamp('retrieved_at') }} as retrieved_at,
    sha256,
    {{ to_int('size_bytes') }} as size_bytes,
    note
from source
