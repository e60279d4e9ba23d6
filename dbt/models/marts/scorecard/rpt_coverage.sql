-- One row per indicator, country and year, with figure or without, and one for each indicator that has none at all.
-- Years of an indicator are counted from its yearly figures; from its months only where it has no yearly ones.
{%- set suppressed = ['part_not_published'] -%}
{%- set not_published = [
    'not_yet_reported', 'ceiling_not_by_region', 'requirement_not_by_country', 'certified_not_published'
] -%}
{%- set says_why = suppressed + not_published %}
with observed as (

    select
        indicator_id,
        {{ framework_area() }} as area_code,
        case when year_basis = 'point_in_time' then 'calendar' else year_basis end as year_basis,
        cast(extract(year from period_end) as {{ dbt.type_int() }}) as year,
        observation_value,
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
        max(case when observation_value is null then flags end) as flags
    from counted
    group by indicator_id, area_code, year_basis, year

),

spans as (

    select
        indicator_id,
        year_basis,
        min(year) as first_year,
        max(year) as last_year
    from counted
    group by indicator_id, year_basis

),

years_held as (

    select
        indicator_id,
        year_basis,
        year,
        max(case when {{ list_has('flags', ['largest_ten_only']) }} then 1 else 0 end) as shows_largest_only
    from counted
    group by indicator_id, year_basis, year

),

grid as (

    select
        areas.indicator_id,
        areas.area_code,
        countries.area_name,
        areas.year_basis,
        years.year
    from (
        select distinct
            indicator_id,
            area_code,
            year_basis
        from counted
    ) as areas
    inner join {{ ref('dim_country') }} as countries
        on areas.area_code = countries.area_code
        and (
            countries.strategy_role in ('priority_origin', 'partner', 'pathway', 'origin_only')
            or countries.area_type in ('aggregate', 'region')
        )
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
        grid.*,
        coalesce(cells.figures, 0) as figures,
        cells.flags,
        case
            when cells.figures > 0 then 'value'
            when cells.figures = 0 and {{ list_has('cells.flags', suppressed) }} then 'suppressed'
            when
                cells.figures = 0
                and {{ list_has('cells.flags', not_published) }}
                then 'not_published'
            when cells.figures = 0 or years_held.year is null then 'missing'
            when years_held.shows_largest_only = 1 then 'suppressed'
            else 'not_published'
        end as status,
        case
            when cells.figures > 0 then null
            when
                cells.figures = 0
                and {{ list_has('cells.flags', says_why) }}
                then {{ warning_text('cells.flags') }}
            when cells.figures = 0
                then 'The row is there without a value: the publisher left it empty, or a ratio lacks one of its sides.'
            when years_held.year is null then 'None of the files that are loaded is about this year.'
            when years_held.shows_largest_only = 1
                then 'Not among the citizenships that the publisher shows: it is part of the rest.'
            else 'The files that are loaded hold the year, without a row for this country.'
        end as reason
    from grid
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

left_out as (

    select
        indicators.indicator_id,
        {{ dbt.listagg(
            "datasets.publisher || ', ' || datasets.dataset || ': ' || datasets.reason", "' '", "order by datasets.dataset"
        ) }} as reasons
    from {{ ref('dim_indicator') }} as indicators
    inner join {{ ref('dim_dataset_left_out') }} as datasets
        on ',' || datasets.indicators || ',' like '%,' || indicators.indicator_id || ',%'
    group by indicators.indicator_id

),

not_recorded as (

    select
        indicators.indicator_id,
        {{ dbt.listagg(
            "datasets.title || ' has no recording: ' || datasets.no_recording || '.'", "' '", "order by datasets.title"
        ) }} as reasons
    from {{ ref('dim_indicator') }} as indicators
    inner join {{ ref('dim_source') }} as datasets
        on indicators.status_reason like '%' || datasets.title || '%'
    where datasets.no_recording is not null
    group by indicators.indicator_id

)

select
    indicators.line_of_effort,
    judged.indicator_id,
    indicators.name as indicator_name,
    judged.area_code,
    judged.area_name,
    judged.year_basis,
    judged.year,
    judged.status,
    judged.figures,
    judged.reason
from judged
inner join {{ ref('dim_indicator') }} as indicators on judged.indicator_id = indicators.indicator_id

union all

select
    indicators.line_of_effort,
    indicators.indicator_id,
    indicators.name as indicator_name,
    cast(null as {{ dbt.type_string() }}) as area_code,
    cast(null as {{ dbt.type_string() }}) as area_name,
    cast(null as {{ dbt.type_string() }}) as year_basis,
    cast(null as {{ dbt.type_int() }}) as year,
    case
        when indicators.computation_status in ('live_only', 'no_public_data') then indicators.computation_status
        else 'missing'
    end as status,
    0 as figures,
    concat_ws(' ', indicators.status_reason, left_out.reasons, not_recorded.reasons) as reason
from {{ ref('dim_indicator') }} as indicators
left join left_out on indicators.indicator_id = left_out.indicator_id
left join not_recorded on indicators.indicator_id = not_recorded.indicator_id
left join (select distinct indicator_id from counted) as present
    on indicators.indicator_id = present.indicator_id
-- Indicators on the warehouse itself belong to no line, country or year.
where indicators.line_of_effort is not null
    and present.indicator_id is null
