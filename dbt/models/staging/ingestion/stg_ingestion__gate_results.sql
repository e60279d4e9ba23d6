with source as (

    select * from {{ source('ingestion', 'gate_results') }}

)

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
from source
