-- One row per computed value of an indicator, beside the value before it. A gap is not bridged: the previous
-- value is the last one published, and its period is named. Age is counted to the day of the newest file that a
-- figure was made from, not to the day of the build: the same files give the same age.
with observed as (

    select * from {{ ref('fct_observations') }}
    where indicator_id is not null
        and observation_value is not null

),

files_read as (

    select
        dataset_id,
        vintage_id
    from observed

    union all

    select
        second_dataset_id as dataset_id,
        second_vintage_id as vintage_id
    from observed

),

newest_file as (

    select cast(max(vintages.retrieved_at) as date) as newest_file_on
    from {{ ref('dim_vintage') }} as vintages
    inner join files_read
        on vintages.dataset_id = files_read.dataset_id
        and vintages.vintage_id = files_read.vintage_id

),

with_previous as (

    select
        observed.*,
        lag(time_period) over series as previous_time_period,
        cast(lag(observation_value) over series as {{ dbt.type_numeric() }}) as previous_value
    from observed
    window series as (
        partition by
            indicator_id, measure, reference_area, counterpart_area, unit_of_measure, frequency, year_basis
        order by period_start
    )

)

select
    with_previous.observation_key,
    with_previous.line_of_effort,
    with_previous.indicator_id,
    indicators.name as indicator_name,
    with_previous.measure,
    with_previous.reference_area,
    areas.area_name as reference_area_name,
    with_previous.reference_area_role,
    with_previous.counterpart_area,
    counterparts.area_name as counterpart_area_name,
    with_previous.time_period,
    with_previous.frequency,
    with_previous.year_basis,
    with_previous.period_start,
    with_previous.period_end,
    with_previous.observation_value as value,
    with_previous.unit_of_measure,
    with_previous.previous_time_period,
    with_previous.previous_value,
    cast(with_previous.observation_value - with_previous.previous_value as {{ dbt.type_numeric() }}) as change,
    case
        when with_previous.previous_value is null then null
        when with_previous.observation_value > with_previous.previous_value then 'up'
        when with_previous.observation_value < with_previous.previous_value then 'down'
        else 'unchanged'
    end as moved,
    indicators.direction as wanted_direction,
    indicators.tier,
    with_previous.observation_status,
    case
        when with_previous.observation_status = 'I' then 'carried_forward'
        when {{ list_has('with_previous.flags', ['partial_year', 'partial_month']) }} then 'partial'
        when with_previous.observation_status = 'P' then 'provisional'
        when {{ list_has('with_previous.flags', ['upper_bound']) }} then 'upper_bound'
        else 'reported'
    end as status,
    {{ months_between('with_previous.period_end', 'newest_file.newest_file_on') }} as data_age_months,
    newest_file.newest_file_on,
    with_previous.flags,
    with_previous.warning,
    indicators.not_to_be_read_as,
    with_previous.dataset_id,
    with_previous.vintage_id,
    with_previous.second_dataset_id,
    with_previous.second_vintage_id
from with_previous
cross join newest_file
inner join {{ ref('dim_indicator') }} as indicators on with_previous.indicator_id = indicators.indicator_id
left join {{ ref('dim_country') }} as areas on with_previous.reference_area = areas.area_code
left join {{ ref('dim_country') }} as counterparts on with_previous.counterpart_area = counterparts.area_code
