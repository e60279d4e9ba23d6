select
    dataset_id,
    vintage_id,
    file_name,
    url,
    final_url,
    http_status,
    content_type,
    retrieved_at,
    sha256,
    size_bytes,
    note
from {{ ref('stg_ingestion__files') }}
