-- What differs between two states of a dataset that follow each other: figures that moved, appeared or vanished.
with states as (

    select
        dataset_id,
        vintage_id as new_vintage_id,
        retrieved_at as new_retrieved_at,
        lag(vintage_id) over (partition by dataset_id order by vintage_number) as old_vintage_id,
        lag(retrieved_at) over (partition by dataset_id order by vintage_number) as old_retrieved_at
    from {{ ref('dim_vintage') }}
    where status = 'promoted'

),

pairs as (

    select * from states
    where old_vintage_id is not null

),

old_rows as (

    select
        observations.*,
        pairs.new_vintage_id as pair_vintage_id,
        count(observations.observation_value) over (
            partition by
                pairs.dataset_id, pairs.new_vintage_id, observations.measure, observations.unit_of_measure,
                observations.time_period
        ) as figures_of_period
    from pairs
    inner join {{ ref('fct_observation_vintages') }} as observations
        on pairs.dataset_id = observations.state_dataset_id
        and pairs.old_vintage_id = observations.state_vintage_id

),

covered_periods as (

    select distinct
        state_dataset_id,
        pair_vintage_id,
        measure,
        unit_of_measure,
        time_period
    from old_rows
    where figures_of_period > 0

),

new_rows as (

    select
        observations.*,
        pairs.new_vintage_id as pair_vintage_id
    from pairs
    inner join {{ ref('fct_observation_vintages') }} as observations
        on pairs.dataset_id = observations.state_dataset_id
        and pairs.new_vintage_id = observations.state_vintage_id

),

matched as (

    select
        coalesce(new_rows.state_dataset_id, old_rows.state_dataset_id) as dataset_id,
        coalesce(new_rows.pair_vintage_id, old_rows.pair_vintage_id) as new_vintage_id,
        coalesce(new_rows.observation_key, old_rows.observation_key) as observation_key,
        coalesce(new_rows.line_of_effort, old_rows.line_of_effort) as line_of_effort,
        coalesce(new_rows.indicator_id, old_rows.indicator_id) as indicator_id,
        coalesce(new_rows.measure, old_rows.measure) as measure,
        coalesce(new_rows.reference_area, old_rows.reference_area) as reference_area,
        coalesce(new_rows.counterpart_area, old_rows.counterpart_area) as counterpart_area,
        coalesce(new_rows.time_period, old_rows.time_period) as time_period,
        coalesce(new_rows.period_end, old_rows.period_end) as period_end,
        coalesce(new_rows.unit_of_measure, old_rows.unit_of_measure) as unit_of_measure,
        old_rows.observation_value as old_value,
        new_rows.observation_value as new_value,
        coalesce(old_rows.observation_status, new_rows.observation_status) as earliest_status,
        case when new_rows.observation_key is null then old_rows.flags else new_rows.flags end as flags
    from old_rows
    full outer join new_rows
        on old_rows.state_dataset_id = new_rows.state_dataset_id
        and old_rows.pair_vintage_id = new_rows.pair_vintage_id
        and old_rows.observation_key = new_rows.observation_key

),

different as (

    select * from matched
    where (old_value is null and new_value is not null)
        or (old_value is not null and new_value is null)
        or old_value <> new_value

),

compared as (

    select
        different.*,
        pairs.old_vintage_id,
        pairs.old_retrieved_at,
        pairs.new_retrieved_at,
        case
            when different.new_value is null then 'vanished'
            when different.old_value is not null then 'revised'
            when covered_periods.time_period is not null then 'appeared'
            else 'new_period'
        end as change_kind,
        different.new_value - different.old_value as difference
    from different
    inner join pairs
        on different.dataset_id = pairs.dataset_id
        and different.new_vintage_id = pairs.new_vintage_id
    left join covered_periods
        on different.dataset_id = covered_periods.state_dataset_id
        and different.new_vintage_id = covered_periods.pair_vintage_id
        and different.measure = covered_periods.measure
        and different.unit_of_measure = covered_periods.unit_of_measure
        and different.time_period = covered_periods.time_period

)

select
    dataset_id,
    old_vintage_id,
    new_vintage_id,
    old_retrieved_at,
    new_retrieved_at,
    change_kind,
    observation_key,
    line_of_effort,
    indicator_id,
    measure,
    reference_area,
    counterpart_area,
    time_period,
    period_end,
    period_end < cast(old_retrieved_at as date) and earliest_status <> 'P' as is_closed_period,
    unit_of_measure,
    cast(old_value as {{ dbt.type_numeric() }}) as old_value,
    cast(new_value as {{ dbt.type_numeric() }}) as new_value,
    cast(difference as {{ dbt.type_numeric() }}) as difference,
    {{ percentage('difference', 'abs(old_value)') }} as percent,
    case
        when change_kind = 'revised'
            then cast(rank() over (
                    partition by dataset_id, new_vintage_id, unit_of_measure, change_kind
                    order by abs(difference) desc
                ) as {{ dbt.type_bigint() }})
    end as size_rank,
    flags,
    {{ warning_text() }} as warning
from compared
