-- One row per computed value of an indicator, beside the last value before it. The two are compared only where that
-- says something: both periods whole, the one right after the other, of one length, observed, without a break between
-- them; otherwise there is no change, and the row says why. Age is counted from the last day that the figure can hold
-- (of a period that was not over, the day of its file or the end of its last month) to the day of the newest file that
-- a figure was made from, not to the day of the build: the same files give the same age.
with observed as (

    select
        figures.*,
        -- A plan is measured while it runs, without a flag of a partial year.
        {{ list_has('figures.flags', partial_flags()) }}
        or coalesce(figures.period_end > cast(vintages.retrieved_at as date), false) as is_partial,
        cast(vintages.retrieved_at as date) as file_of,
        max(case when figures.frequency = 'M' then figures.period_end end) over (
            partition by
                figures.indicator_id, figures.measure, figures.reference_area, figures.counterpart_area,
                figures.unit_of_measure
        ) as newest_month_end
    from {{ ref('fct_observations') }} as figures
    left join {{ ref('dim_vintage') }} as vintages
        on figures.dataset_id = vintages.dataset_id
        and figures.vintage_id = vintages.vintage_id
    where figures.indicator_id is not null
        and figures.observation_value is not null

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
        lag(period_start) over series as previous_start,
        lag(period_end) over series as previous_end,
        lag(flags) over series as previous_flags,
        lag(is_partial) over series as previous_is_partial,
        cast(lag(observation_value) over series as {{ dbt.type_numeric() }}) as previous_value
    from observed
    window series as (
        partition by
            indicator_id, measure, reference_area, counterpart_area, unit_of_measure, frequency, year_basis
        order by period_start
    )

),

judged as (

    select
        *,
        case
            when is_partial and newest_month_end between period_start and period_end and newest_month_end < file_of
                then newest_month_end
            when file_of < period_end then file_of
            else period_end
        end as holds_until,
        case
            when previous_time_period is null then 'first_value'
            when is_partial then 'partial_period'
            when previous_is_partial then 'partial_previous_period'
            when not {{ follows('period_start', 'period_end', 'previous_end', 'frequency', 'year_basis') }} then 'gap'
            when {{ list_has('flags', ['carried_forward']) }} or {{ list_has('previous_flags', ['carried_forward']) }}
                then 'carried_forward'
            when {{ months_between('period_start', 'period_end') }}
                <> {{ months_between('previous_start', 'previous_end') }} then 'other_length'
            when {{ list_has('flags', break_flags()) }} or {{ list_has('flags', artefact_flags()) }}
                or {{ list_has('previous_flags', artefact_flags()) }} then 'break_in_series'
        end as not_compared_because
    from with_previous

)

select
    judged.observation_key,
    judged.line_of_effort,
    judged.indicator_id,
    indicators.name as indicator_name,
    judged.measure,
    judged.reference_area,
    areas.area_name as reference_area_name,
    judged.reference_area_role,
    judged.counterpart_area,
    counterparts.area_name as counterpart_area_name,
    judged.time_period,
    judged.frequency,
    judged.year_basis,
    judged.period_start,
    judged.period_end,
    judged.observation_value as value,
    judged.unit_of_measure,
    judged.previous_time_period,
    judged.previous_value,
    case
        when judged.not_compared_because is null
            then cast(judged.observation_value - judged.previous_value as {{ dbt.type_numeric() }})
    end as change,
    case
        when indicators.direction = 'context' then 'context'
        when judged.not_compared_because is not null then null
        when judged.observation_value > judged.previous_value then 'up'
        when judged.observation_value < judged.previous_value then 'down'
        else 'unchanged'
    end as direction_of_change,
    indicators.direction as wanted_direction,
    judged.not_compared_because,
    indicators.tier,
    judged.observation_status,
    case
        when judged.observation_status = 'I' then 'carried_forward'
        when judged.is_partial then 'partial'
        when judged.observation_status = 'P' then 'provisional'
        when {{ list_has('judged.flags', ['upper_bound']) }} then 'upper_bound'
        else 'reported'
    end as status,
    {{ months_between('judged.holds_until', 'newest_file.newest_file_on') }} as data_age_months,
    newest_file.newest_file_on,
    judged.flags,
    judged.warning,
    indicators.not_to_be_read_as,
    judged.dataset_id,
    judged.vintage_id,
    judged.second_dataset_id,
    judged.second_vintage_id
from judged
cross join newest_file
inner join {{ ref('dim_indicator') }} as indicators on judged.indicator_id = indicators.indicator_id
left join {{ ref('dim_country') }} as areas on judged.reference_area = areas.area_code
left join {{ ref('dim_country') }} as counterparts on judged.counterpart_area = counterparts.area_code
