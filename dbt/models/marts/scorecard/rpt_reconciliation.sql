-- One row per published headline, beside the warehouse's own figure. What is added up is data
-- (seeds headlines and headline_matches); the verdict is stated here and nowhere else.
with figures as (

    -- A year in progress is no answer to a headline of the year.
    select
        measure,
        case when measure like 'appeal_requirements_%' then 'requirement' else 'statistic' end as kind,
        reference_area,
        counterpart_area,
        time_period,
        frequency,
        observation_value as figure,
        unit_of_measure,
        dataset_id,
        vintage_id
    from {{ ref('fct_observations') }}
    where coalesce(flags, 'none') not like '%partial_year%'

    union all

    select
        measure,
        kind,
        reference_area,
        counterpart_area,
        time_period,
        frequency,
        figure,
        unit_of_measure,
        dataset_id,
        vintage_id
    from {{ ref('int_reconciliation__components') }}

),

matches as (

    select
        headline_matches.*,
        headlines.kind,
        count(*) over (partition by headline_matches.headline_id) as measures,
        1 + length(headline_matches.reference_areas) - length(replace(headline_matches.reference_areas, ';', ''))
            as areas
    from {{ ref('headline_matches') }} as headline_matches
    inner join {{ ref('headlines') }} as headlines on headline_matches.headline_id = headlines.headline_id

),

own as (

    select
        matches.headline_id,
        cast(sum(figures.figure) as {{ dbt.type_numeric() }}) as own_value,
        count(*) as figures_added,
        max(figures.kind) as own_kind,
        max(figures.dataset_id) as dataset_id,
        max(figures.vintage_id) as vintage_id
    from matches
    inner join figures
        on matches.measure = figures.measure
        and matches.kind = figures.kind
        and matches.unit_of_measure = figures.unit_of_measure
        and matches.frequency = figures.frequency
        and figures.time_period between matches.first_period and matches.last_period
        and ';' || matches.reference_areas || ';' like '%;' || figures.reference_area || ';%'
        and (
            (matches.counterpart_areas is null and figures.counterpart_area is null)
            or (matches.counterpart_areas = '*' and figures.counterpart_area is not null)
            or ';' || matches.counterpart_areas || ';' like '%;' || figures.counterpart_area || ';%'
        )
    group by matches.headline_id
    -- A figure that is missing, a measure or an area without any, or a window that the data do not span: no sum.
    having count(figures.figure) = count(*)
        and count(distinct figures.measure) = max(matches.measures)
        and count(distinct figures.reference_area) = max(matches.areas)
        and min(figures.time_period) = min(matches.first_period)
        and max(figures.time_period) = max(matches.last_period)

),

-- Loaded figures of the period of a headline that is said to be untestable, of practically its size.
alike as (

    select
        headlines.headline_id,
        min(figures.measure) as look_alike
    from {{ ref('headlines') }} as headlines
    inner join figures
        on figures.figure between headlines.value * 0.9995 and headlines.value * 1.0005
        and (
            headlines.period like '%' || replace(figures.time_period, 'PLAN', '') || '%'
            or figures.time_period = headlines.period || '-12-31'
        )
        -- Dollars are like dollars only.
        and (coalesce(headlines.unit, 'none') = 'USD') = (figures.unit_of_measure = 'usd')
    where headlines.missing is not null and headlines.value >= 1000
    group by headlines.headline_id

),

compared as (

    select
        headlines.*,
        own.own_value,
        own.own_kind,
        own.figures_added,
        own.dataset_id,
        own.vintage_id,
        alike.look_alike,
        own.own_value - headlines.value as difference
    from {{ ref('headlines') }} as headlines
    left join own on headlines.headline_id = own.headline_id
    left join alike on headlines.headline_id = alike.headline_id

),

judged as (

    select
        compared.*,
        case
            when own_value is null then 'cannot_be_tested'
            when difference = 0 then 'exact'
            when difference between -tolerance_below and tolerance_above then 'within_rounding'
            when reviewed_reading is not null and abs(difference) <= largest_difference then reviewed_reading
            else 'does_not_match'
        end as verdict
    from compared

)

select
    headline_id,
    lines_of_effort,
    indicator_text,
    country,
    period,
    publisher,
    source_url,
    kind,
    qualifier,
    evidence,
    value as headline_value,
    unit,
    own_value,
    own_kind,
    cast(difference as {{ dbt.type_numeric() }}) as difference,
    {{ percentage('difference', 'value') }} as difference_percent,
    tolerance_below,
    tolerance_above,
    tolerance_reason,
    verdict,
    case
        when missing is not null and own_value is not null
            then 'Not explained: the figure was said to be missing here, and it is loaded.'
        when verdict = 'does_not_match' then 'Not explained: the difference is not one that was reviewed.'
        when verdict = 'cannot_be_tested' and missing is null
            then 'Not loaded: this build holds no figure of the area and period that could be compared.'
        else explanation
    end as explanation,
    note,
    missing,
    missing_name,
    look_alike,
    cast(figures_added as {{ dbt.type_int() }}) as figures_added,
    case
        when dataset_id is not null then 'dataset'
        when own_value is not null then 'reference_seed'
    end as checked_against,
    dataset_id,
    vintage_id
from judged
