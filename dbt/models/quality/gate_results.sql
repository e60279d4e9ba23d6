select
    dataset_id,
    vintage_id,
    rule_id,
    statement,
    severity,
    status,
    observed,
    expected,
    message
from {{ ref('stg_ingestion__gate_results') }}
