with source as (

    select * from {{ source('publication', 'observations') }}

)

select
    observation_key,
    cast(line_of_effort as {{ dbt.type_int() }}) as line_of_effort,
    indicator_id,
    measure,
    reference_area,
    counterpart_area,
    time_period,
    cast(period_end as date) as period_end,
    cast(observation_value as {{ dbt.type_numeric() }}) as observation_value,
    unit_of_measure,
    dataset_id,
    vintage_id,
    second_dataset_id,
    second_vintage_id,
    previous_build_id,
    cast(code_changed as {{ dbt.type_boolean() }}) as code_changed
from source
