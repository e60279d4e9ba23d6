with source as (

    select * from {{ source('publication', 'vintages') }}

)

select
    dataset_id,
    vintage_id
from source
