-- One row per published headline, beside the warehouse's own figure. What is added up is data
-- (seeds headlines and headline_matches); the verdict is stated here and nowhere else.
with figures as (

    select
        measure,
        reference_area,
        counterpart_area,
        time_period,
        frequency,
        observation_value as figure,
        unit_of_measure,
        dataset_id,
        vintage_id
    from {{ ref('fct_observations') }}

    union all

    select
        measure,
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

own as (

    select
        matches.headline_id,
        cast(sum(figures.figure) as {{ dbt.type_numeric() }}) as own_value,
        count(*) as figures_added,
        max(figures.dataset_id) as dataset_id,
        max(figures.vintage_id) as vintage_id
    from {{ ref('headline_matches') }} as matches
    inner join figures
        on matches.measure = figures.measure
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
    -- A figure that is missing, or a window that the data do not span, makes no sum.
    having count(figures.figure) = count(*)
        and min(figures.time_period) = min(matches.first_period)
        and max(figures.time_period) = max(matches.last_period)

),

compared as (

    select
        headlines.*,
        case when headlines.kind = 'statistic' then own.own_value end as own_value,
        own.figures_added,
        own.dataset_id,
        own.vintage_id,
        own.own_value - headlines.value as difference
    from {{ ref('headlines') }} as headlines
    left join own on headlines.headline_id = own.headline_id

),

judged as (

    select
        compared.*,
        case
            when kind <> 'statistic' then 'not_comparable'
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
    cast(case when kind = 'statistic' then difference end as {{ dbt.type_numeric() }}) as difference,
    {{ percentage("case when kind = 'statistic' then difference end", 'value') }} as difference_percent,
    tolerance_below,
    tolerance_above,
    tolerance_reason,
    verdict,
    case
        when verdict = 'exact' then null
        when verdict = 'not_comparable'
            then 'Announced as ' || replace(kind, '_', ' ') || ': it is not a statistic and is not compared as one.'
        when verdict = 'does_not_match' and coalesce(reviewed_reading, 'none') <> 'does_not_match'
            then 'Not explained: the difference is not one that was reviewed.'
        else explanation
    end as explanation,
    note,
    cast(figures_added as {{ dbt.type_int() }}) as figures_added,
    dataset_id,
    vintage_id
from judged
