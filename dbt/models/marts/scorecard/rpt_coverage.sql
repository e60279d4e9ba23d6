-- One row per indicator, country and year, with figure or without, and one per dataset that holds no figure here.
-- Countries are those declared for the indicator (seed indicator_scopes) and every other one that has a row of it.
-- Years are counted from its yearly figures; from its months only where it has no yearly ones. They run from its own
-- first year, or that of the strategy where that lies before it, to the newest year of any figure: a series that
-- stopped shows the years that it lacks.
{%- set strategy_year = 2021 -%}
{%- set not_published = [
    'not_yet_reported', 'ceiling_not_by_region', 'requirement_not_by_country', 'certified_not_published',
    'encounters_not_published'
] -%}
{%- set says_why = ['part_not_published', 'mixed_units', 'encounters_not_loaded'] + not_published %}
with observed as (

    select
        *,
        {{ framework_area() }} as area_code,
        count(observation_value) over (partition by indicator_id) as all_figures,
        max(case when frequency = 'A' then 1 else 0 end) over (partition by indicator_id) as has_years,
        -- Both sides vary: a figure may be of one counterpart, or of all together.
        min(reference_area) over (partition by indicator_id) <> max(reference_area) over (partition by indicator_id)
        and min(counterpart_area) over (partition by indicator_id)
        <> max(counterpart_area) over (partition by indicator_id) as has_two_sides
    from {{ ref('fct_observations') }}
    where indicator_id is not null

),

scoped as (

    select
        observed.*,
        scopes.year_basis as asked_basis,
        coalesce(scopes.answered_by_all_only, false) as answered_by_all_only,
        coalesce(judged.status = 'partial', false) as is_partial
    from observed
    left join {{ ref('fct_indicator_values') }} as judged on observed.observation_key = judged.observation_key
    left join {{ ref('indicator_scopes') }} as scopes on observed.indicator_id = scopes.indicator_id

),

counted as (

    select
        indicator_id,
        measure,
        area_code,
        dataset_id,
        second_dataset_id,
        case
            when frequency <> 'A' then coalesce(asked_basis, year_basis)
            when year_basis = 'point_in_time' then 'calendar'
            else year_basis
        end as year_basis,
        -- The days of a plan may lie in another year than the one that it is named by.
        case
            when year_basis = 'plan' then {{ to_year("right(time_period, 4)") }}
            when frequency <> 'A' and asked_basis = 'us_fiscal' then {{ us_fiscal_year('period_end') }}
            else cast(extract(year from period_end) as {{ dbt.type_int() }})
        end as year,
        case when frequency = 'M' and observation_value is not null then time_period end as month,
        case when has_two_sides and counterpart_area is null and observation_value is not null then 1 else 0 end
            as is_of_all,
        case when frequency = 'A' and observation_value is not null and not is_partial then 1 else 0 end
            as is_whole_year,
        has_two_sides,
        answered_by_all_only,
        observation_value,
        observation_status,
        flags
    from scoped
    where all_figures > 0
        and (frequency = 'A' or has_years = 0)

),

cells as (

    select
        indicator_id,
        area_code,
        year_basis,
        year,
        cast(count(observation_value) as {{ dbt.type_int() }}) as figures,
        cast(case when has_two_sides then sum(is_of_all) end as {{ dbt.type_int() }}) as figures_of_all,
        cast(nullif(count(distinct month), 0) as {{ dbt.type_int() }}) as months_held,
        max(is_whole_year) as has_whole_year,
        answered_by_all_only,
        max(case when observation_status = 'Q' then 1 else 0 end) as is_kept_back,
        max(case when observation_value is null and {{ list_has('flags', says_why) }} then flags end) as flags
    from counted
    group by indicator_id, area_code, year_basis, year, has_two_sides, answered_by_all_only

),

newest as (

    select coalesce(max(case when observation_value is not null then year end), {{ strategy_year }}) as year
    from counted

),

spans as (

    select
        counted.indicator_id,
        counted.year_basis,
        case when min(counted.year) < {{ strategy_year }} then min(counted.year) else {{ strategy_year }} end
            as first_year,
        case when newest.year > {{ strategy_year }} then newest.year else {{ strategy_year }} end as last_year,
        true as has_figures
    from counted
    cross join newest
    group by counted.indicator_id, counted.year_basis, newest.year

    union all

    select
        scopes.indicator_id,
        scopes.year_basis,
        {{ strategy_year }} as first_year,
        case when newest.year > {{ strategy_year }} then newest.year else {{ strategy_year }} end as last_year,
        false as has_figures
    from {{ ref('indicator_scopes') }} as scopes
    cross join newest
    left join (select distinct indicator_id from counted) as present
        on scopes.indicator_id = present.indicator_id
    where present.indicator_id is null

),

-- What each series of an indicator is made from: one dataset, or the two of a ratio.
made_from as (

    select distinct
        indicator_id,
        measure,
        year_basis,
        dataset_id,
        second_dataset_id
    from counted
    where observation_value is not null

),

-- Years that the records of all datasets of a series are about, or of one side of a ratio only.
years_held as (

    select
        made_from.indicator_id,
        made_from.year_basis,
        held.year,
        max(
            case when made_from.second_dataset_id is null or second_held.year is not null then 1 else 0 end
        ) as is_whole
    from made_from
    inner join {{ ref('int_reconciliation__years_held') }} as held
        on made_from.year_basis = held.year_basis
        and made_from.dataset_id = held.dataset_id
    left join {{ ref('int_reconciliation__years_held') }} as second_held
        on made_from.second_dataset_id = second_held.dataset_id
        and made_from.year_basis = second_held.year_basis
        and held.year = second_held.year
    group by made_from.indicator_id, made_from.year_basis, held.year

),

-- Years in which the publisher's table has a line for the countries that it does not show.
years_with_rest as (

    select distinct
        indicator_id,
        year_basis,
        year
    from counted
    where area_code = 'XOT' or {{ list_has('flags', ['largest_ten_only']) }}

),

areas as (

    select
        counted.indicator_id,
        counted.year_basis,
        counted.area_code
    from counted
    inner join {{ ref('dim_country') }} as countries
        on counted.area_code = countries.area_code
        and (
            countries.strategy_role in ('priority_origin', 'partner', 'pathway', 'origin_only')
            or countries.area_type in ('aggregate', 'region')
        )

    union distinct

    select
        scopes.indicator_id,
        spans.year_basis,
        countries.area_code
    from {{ ref('indicator_scopes') }} as scopes
    inner join {{ ref('dim_country') }} as countries
        on ',' || scopes.area_codes || ',' like '%,' || countries.area_code || ',%'
    inner join spans on scopes.indicator_id = spans.indicator_id

),

grid as (

    select
        areas.indicator_id,
        areas.area_code,
        areas.year_basis,
        years.year,
        spans.has_figures
    from areas
    inner join spans
        on areas.indicator_id = spans.indicator_id
        and areas.year_basis = spans.year_basis
    inner join (
        select distinct cast(extract(year from period_end) as {{ dbt.type_int() }}) as year
        from {{ ref('dim_period') }}
    ) as years
        on years.year between spans.first_year and spans.last_year

),

judged as (

    select
        indicators.line_of_effort,
        grid.indicator_id,
        indicators.name as indicator_name,
        grid.area_code,
        countries.area_name,
        grid.year_basis,
        grid.year,
        coalesce(cells.figures, 0) as figures,
        cells.figures_of_all,
        cells.months_held,
        case
            when cells.figures > 0 and cells.answered_by_all_only and cells.figures_of_all = 0 then 'partial'
            when cells.figures > 0 and cells.has_whole_year = 0 and coalesce(cells.months_held, 0) < 12 then 'partial'
            when cells.figures > 0 then 'value'
            when not grid.has_figures and indicators.computation_status in ('live_only', 'no_public_data')
                then indicators.computation_status
            when cells.is_kept_back = 1 then 'suppressed'
            when {{ list_has('cells.flags', not_published) }} then 'not_published'
            when cells.figures = 0 or coalesce(years_held.is_whole, 0) = 0 then 'missing'
            when years_with_rest.year is not null then 'suppressed'
            else 'not_published'
        end as status,
        case
            when cells.figures > 0 and cells.answered_by_all_only and cells.figures_of_all = 0
                then 'By country of origin only: there is no figure of all origins together.'
            when cells.figures > 0 and cells.has_whole_year = 0 and cells.months_held < 12
                then
                    'Figures of ' || cast(cells.months_held as {{ dbt.type_string() }})
                    || ' of the 12 months of the year: the files of the others are not loaded.'
            when cells.figures > 0 and cells.has_whole_year = 0 and cells.months_held is null
                then 'The year is not whole in the files that are loaded, or was not over on their day.'
            when cells.figures > 0 then null
            when not grid.has_figures and indicators.computation_status in ('live_only', 'no_public_data')
                then indicators.status_reason
            when cells.flags is not null then {{ warning_text('cells.flags', only=says_why) }}
            when cells.figures = 0
                then 'The row is there without a value: the publisher left it empty, or a ratio lacks one of its sides.'
            when years_held.year is null then 'None of the files that are loaded is about this year.'
            when years_held.is_whole = 0 then 'Only one side of the ratio has a file that is about this year.'
            when years_with_rest.year is not null
                then 'Not among the citizenships that the publisher shows: it is part of the rest.'
            when grid.year_basis = 'plan'
                then 'The file holds the year, and no appeal of this area alone: there is nothing to cover.'
            else 'The files that are loaded hold the year, without a figure of this indicator for this country.'
        end as reason
    from grid
    inner join {{ ref('dim_indicator') }} as indicators on grid.indicator_id = indicators.indicator_id
    inner join {{ ref('dim_country') }} as countries on grid.area_code = countries.area_code
    left join cells
        on grid.indicator_id = cells.indicator_id
        and grid.area_code = cells.area_code
        and grid.year_basis = cells.year_basis
        and grid.year = cells.year
    left join years_held
        on grid.indicator_id = years_held.indicator_id
        and grid.year_basis = years_held.year_basis
        and grid.year = years_held.year
    left join years_with_rest
        on grid.indicator_id = years_with_rest.indicator_id
        and grid.year_basis = years_with_rest.year_basis
        and grid.year = years_with_rest.year

),

without_figures as (

    select
        dataset,
        lines_of_effort,
        indicators,
        'left_out' as status,
        publisher || ': ' || reason as reason
    from {{ ref('dim_dataset_left_out') }}

    union all

    select
        dataset_id as dataset,
        lines_of_effort,
        null as indicators,
        'not_recorded' as status,
        title || ' has no recording: ' || no_recording || '.' as reason
    from {{ ref('dim_source') }}
    where no_recording is not null

),

awaited as (

    select
        indicators.indicator_id,
        indicators.line_of_effort,
        indicators.name,
        scopes.unrecorded_datasets
    from {{ ref('dim_indicator') }} as indicators
    inner join {{ ref('indicator_scopes') }} as scopes on indicators.indicator_id = scopes.indicator_id

)

select
    line_of_effort,
    indicator_id,
    indicator_name,
    area_code,
    area_name,
    year_basis,
    year,
    cast(null as {{ dbt.type_string() }}) as dataset,
    status,
    figures,
    figures_of_all,
    months_held,
    reason
from judged

union all

select
    lines.line_of_effort,
    awaited.indicator_id,
    awaited.name as indicator_name,
    cast(null as {{ dbt.type_string() }}) as area_code,
    cast(null as {{ dbt.type_string() }}) as area_name,
    cast(null as {{ dbt.type_string() }}) as year_basis,
    cast(null as {{ dbt.type_int() }}) as year,
    datasets.dataset,
    datasets.status,
    0 as figures,
    cast(null as {{ dbt.type_int() }}) as figures_of_all,
    cast(null as {{ dbt.type_int() }}) as months_held,
    datasets.reason
from without_figures as datasets
inner join {{ ref('dim_line_of_effort') }} as lines
    on ',' || datasets.lines_of_effort || ',' like '%,' || lines.line_of_effort || ',%'
left join awaited
    on lines.line_of_effort = awaited.line_of_effort
    and (
        ',' || datasets.indicators || ',' like '%,' || awaited.indicator_id || ',%'
        or ',' || awaited.unrecorded_datasets || ',' like '%,' || datasets.dataset || ',%'
    )
