select
    dataset_id,
    vintage_id,
    vintage_number,
    vintage_label,
    retrieved_at,
    retrieved_at_basis,
    content_sha256,
    source_mode,
    row_count,
    file_count,
    size_bytes,
    status
from {{ ref('stg_ingestion__vintages') }}
