with source as (

    select * from {{ source('ingestion', 'vintages') }}

)

select
    dataset_id,
    vintage_id,
    vintage_number,
    vintage_label,
    {{ utc_timestamp('retrieved_at') }} as retrieved_at,
    retrieved_at_basis,
    content_sha256,
    source_mode,
    {{ to_int('row_count') }} as row_count,
    {{ to_int('file_count') }} as file_count,
    {{ to_int('size_bytes') }} as size_bytes,
    status
from source
