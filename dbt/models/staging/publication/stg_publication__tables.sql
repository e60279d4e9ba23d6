with source as (

    select * from {{ source('publication', 'tables') }}

)

select
    table_name,
    cast(row_count as {{ dbt.type_bigint() }}) as previous_rows,
    previous_build_id,
    cast(code_changed as {{ dbt.type_boolean() }}) as code_changed
from source
