-- The same concept from two publishers, area by area and period by period. Which measures are set side by side, and
-- why they differ, is data (seed cross_source_pairs). A publisher without a dataset is there with the figures that were
-- quoted (seed headlines), of one area and period each. A dataset that only repeats others is there with what it says.
with second_figures as (

    select
        measure,
        cast(null as {{ dbt.type_string() }}) as publisher,
        reference_area,
        counterpart_area,
        time_period,
        unit_of_measure,
        observation_value,
        flags,
        dataset_id as source,
        dataset_id,
        vintage_id
    from {{ ref('fct_observations') }}

    union all

    select
        matches.measure,
        headlines.publisher,
        matches.reference_areas as reference_area,
        matches.counterpart_areas as counterpart_area,
        matches.first_period as time_period,
        matches.unit_of_measure,
        headlines.value as observation_value,
        cast(null as {{ dbt.type_string() }}) as flags,
        'headline ' || headlines.headline_id || ': ' || coalesce(headlines.note, headlines.evidence) as source,
        cast(null as {{ dbt.type_string() }}) as dataset_id,
        cast(null as {{ dbt.type_string() }}) as vintage_id
    from {{ ref('headlines') }} as headlines
    inner join {{ ref('headline_matches') }} as matches
        on headlines.headline_id = matches.headline_id
        and matches.first_period = matches.last_period
    where headlines.kind = 'statistic'

    union all

    select
        measure,
        publisher,
        reference_area,
        counterpart_area,
        time_period,
        unit_of_measure,
        observation_value,
        flags,
        dataset_id as source,
        dataset_id,
        vintage_id
    from {{ ref('int_reconciliation__repeated_figures') }}

)

select
    pairs.pair_id,
    pairs.concept,
    pairs.comparable,
    one.reference_area,
    one.counterpart_area,
    one.time_period,
    one.unit_of_measure,
    one.observation_value as first_value,
    other.observation_value as second_value,
    cast(other.observation_value - one.observation_value as {{ dbt.type_numeric() }}) as difference,
    {{ percentage('(other.observation_value - one.observation_value)', 'one.observation_value') }}
        as difference_percent,
    case
        when other.observation_value = one.observation_value then 'The same figure.'
        else pairs.reason
    end as reason,
    one.flags as first_flags,
    {{ warning_text('one.flags') }} as first_warning,
    other.flags as second_flags,
    {{ warning_text('other.flags') }} as second_warning,
    one.dataset_id as first_dataset_id,
    one.vintage_id as first_vintage_id,
    other.source as second_source,
    other.dataset_id as second_dataset_id,
    other.vintage_id as second_vintage_id
from {{ ref('cross_source_pairs') }} as pairs
inner join {{ ref('fct_observations') }} as one on pairs.first_measure = one.measure
inner join second_figures as other
    on coalesce(pairs.second_measure, pairs.first_measure) = other.measure
    and coalesce(pairs.second_publisher, 'dataset') = coalesce(other.publisher, 'dataset')
    and one.reference_area = other.reference_area
    and one.time_period = other.time_period
    and one.unit_of_measure = other.unit_of_measure
    and coalesce(one.counterpart_area, 'all') = coalesce(other.counterpart_area, 'all')
where one.observation_value is not null
    and other.observation_value is not null
    -- Two files hold a year in progress as far as each of them goes: that is not one period.
    and not {{ list_has('one.flags', ['partial_year']) }}
    and not {{ list_has('other.flags', ['partial_year']) }}
