-- One row per indicator, country and year, with figure or without, and one per dataset that holds no figure here.
-- Countries are those declared for the indicator (seed indicator_scopes) and every other one that has a row of it.
-- Years are counted from its yearly figures; from its months only where it has no yearly ones; without any figure they
-- run from the year of the strategy to the newest year of any figure.
{%- set strategy_year = 2021 -%}
{%- set not_published = [
    'not_yet_reported', 'ceiling_not_by_region', 'requirement_not_by_country', 'certified_not_published',
    'encounters_not_published'
] -%}
{%- set says_why = ['part_not_published', 'mixed_units', 'encounters_not_loaded'] + not_published %}
with observed as (

    select
        indicator_id,
        {{ framework_area() }} as area_code,
        case when year_basis = 'point_in_time' then 'calendar' else year_basis end as year_basis,
        cast(extract(year from period_end) as {{ dbt.type_int() }}) as year,
        observation_value,
        observation_status,
        flags,
        frequency,
        count(observation_value) over (partition by indicator_id) as all_figures,
        max(case when frequency = 'A' then 1 else 0 end) over (partition by indicator_id) as has_years
    from {{ ref('fct_observations') }}
    where indicator_id is not null

),

counted as (

    select * from observed
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
        max(case when observation_status = 'Q' then 1 else 0 end) as is_kept_back,
        max(case when observation_value is null and {{ list_has('flags', says_why) }} then flags end) as flags
    from counted
    group by indicator_id, area_code, year_basis, year

),

spans as (

    select
        indicator_id,
        year_basis,
        min(year) as first_year,
        max(year) as last_year,
        true as has_figures
    from counted
    group by indicator_id, year_basis

    union all

    select
        scopes.indicator_id,
        scopes.year_basis,
        {{ strategy_year }} as first_year,
        case when newest.year > {{ strategy_year }} then newest.year else {{ strategy_year }} end as last_year,
        false as has_figures
    from {{ ref('indicator_scopes') }} as scopes
    cross join (select max(case when observation_value is not null then year end) as year from counted) as newest
    left join (select distinct indicator_id from counted) as present
        on scopes.indicator_id = present.indicator_id
    where present.indicator_id is null

),

-- Whether the publisher's table of the year has a line for the countries that it does not show.
years_held as (

    select
        indicator_id,
        year_basis,
        year,
        max(
            case when area_code = 'XOT' or {{ list_has('flags', ['largest_ten_only']) }} then 1 else 0 end
        ) as shows_a_rest
    from counted
    group by indicator_id, year_basis, year

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
        case
            when cells.figures > 0 then 'value'
            when not grid.has_figures and indicators.computation_status in ('live_only', 'no_public_data')
                then indicators.computation_status
            when cells.is_kept_back = 1 then 'suppressed'
            when {{ list_has('cells.flags', not_published) }} then 'not_published'
            when cells.figures = 0 or years_held.year is null then 'missing'
            when years_held.shows_a_rest = 1 then 'suppressed'
            else 'not_published'
        end as status,
        case
            when cells.figures > 0 then null
            when not grid.has_figures then indicators.status_reason
            when cells.flags is not null then {{ warning_text('cells.flags', only=says_why) }}
            when cells.figures = 0
                then 'The row is there without a value: the publisher left it empty, or a ratio lacks one of its sides.'
            when years_held.year is null then 'None of the files that are loaded is about this year.'
            when years_held.shows_a_rest = 1
                then 'Not among the citizenships that the publisher shows: it is part of the rest.'
            else 'The files that are loaded hold the year, without a row for this country.'
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
