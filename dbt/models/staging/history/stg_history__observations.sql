with source as (

    select * from {{ source('history', 'observations') }}

)

select
    observation_key,
    cast(line_of_effort as {{ dbt.type_int() }}) as line_of_effort,
    indicator_id,
    measure,
    reference_area,
    reference_area_role,
    counterpart_area,
    time_period,
    frequency,
    cast(period_start as date) as period_start,
    cast(period_end as date) as period_end,
    year_basis,
    cast(observation_value as {{ dbt.type_numeric() }}) as observation_value,
    unit_of_measure,
    measure_kind,
    observation_status,
    flags,
    dataset_id,
    vintage_id,
    second_dataset_id,
    second_vintage_id,
    state_dataset_id,
    state_vintage_id
from source
