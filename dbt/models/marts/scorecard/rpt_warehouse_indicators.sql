-- C.1 to C.5: figures about the warehouse, made from its own tables. Ages are counted to the newest file (see
-- fct_indicator_values), so that the same files give the same figures.
{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{%- set no_number = 'cast(null as ' ~ dbt.type_int() ~ ')' %}
with figures as (

    select
        indicator_id,
        line_of_effort,
        {{ framework_area() }} as area_code,
        status,
        value,
        previous_value,
        data_age_months,
        newest_file_on,
        -- A whole year beside the whole year before it, also where the two are not compared for what they hold.
        frequency = 'A' and (
            not_compared_because is null
            or not_compared_because in ('carried_forward', 'other_length', 'break_in_series')
        ) as has_year_before
    from {{ ref('fct_indicator_values') }}

),

by_indicator as (

    select
        indicator_id,
        min(data_age_months) as age
    from figures
    group by indicator_id

),

recent as (

    select
        indicators.line_of_effort,
        sum(case when by_indicator.age <= 24 then 1 else 0 end) as numerator,
        count(*) as denominator
    from {{ ref('dim_indicator') }} as indicators
    left join by_indicator on indicators.indicator_id = by_indicator.indicator_id
    where indicators.line_of_effort is not null
    group by indicators.line_of_effort

),

served as (

    select
        sub_actions.line_of_effort,
        sub_actions.sub_action_id,
        max(case when indicators.indicator_id is not null then 1 else 0 end) as has_indicator,
        max(case when by_indicator.indicator_id is not null then 1 else 0 end) as has_figure
    from {{ ref('sub_actions') }} as sub_actions
    left join {{ ref('dim_indicator') }} as indicators
        on ',' || sub_actions.indicators || ',' like '%,' || indicators.indicator_id || ',%'
        and indicators.tier in ('A', 'B')
    left join by_indicator on indicators.indicator_id = by_indicator.indicator_id
    where not sub_actions.added_later
    group by sub_actions.line_of_effort, sub_actions.sub_action_id

),

by_country as (

    select
        figures.line_of_effort,
        figures.indicator_id,
        figures.area_code,
        countries.area_name,
        -- A period that is not whole would look younger than what it holds.
        coalesce(
            min(case when figures.status <> 'partial' then figures.data_age_months end), min(figures.data_age_months)
        ) as age,
        sum(
            case
                when figures.has_year_before and figures.value = figures.previous_value and figures.value <> 0
                    then 1
                else 0
            end
        ) as repeated,
        sum(
            case
                when figures.has_year_before and not (figures.value = 0 and figures.previous_value = 0) then 1
                else 0
            end
        ) as comparable
    from figures
    inner join {{ ref('dim_country') }} as countries
        on figures.area_code = countries.area_code
        and (
            countries.strategy_role in ('priority_origin', 'partner', 'pathway', 'origin_only')
            or countries.area_type in ('aggregate', 'region')
        )
    group by figures.line_of_effort, figures.indicator_id, figures.area_code, countries.area_name

),

tested as (

    select
        publisher,
        verdict,
        case when verdict in ('exact', 'within_rounding') then 1 else 0 end as is_reproduced,
        case when verdict <> 'cannot_be_tested' then 1 else 0 end as is_testable,
        count(*) over () as all_statistics
    from {{ ref('rpt_reconciliation') }}
    -- Neither what nobody counts, nor a list of ours held to the document that it was typed from.
    where coalesce(missing, 'none') <> 'announcement'
        and coalesce(checked_against, 'none') <> 'reference_seed'

),

united as (

    select
        'C.1' as indicator_id,
        'indicators_with_recent_figure' as measure,
        line_of_effort,
        {{ no_text }} as about_indicator_id,
        {{ no_text }} as area_code,
        {{ no_text }} as area_name,
        {{ no_text }} as publisher,
        {{ no_text }} as verdict,
        numerator,
        denominator,
        {{ no_number }} as months
    from recent

    union all

    select
        'C.2' as indicator_id,
        'sub_actions_with_indicator' as measure,
        line_of_effort,
        {{ no_text }} as about_indicator_id,
        {{ no_text }} as area_code,
        {{ no_text }} as area_name,
        {{ no_text }} as publisher,
        {{ no_text }} as verdict,
        sum(has_indicator) as numerator,
        count(*) as denominator,
        {{ no_number }} as months
    from served
    group by line_of_effort

    union all

    select
        'C.2' as indicator_id,
        'sub_actions_with_figure' as measure,
        line_of_effort,
        {{ no_text }} as about_indicator_id,
        {{ no_text }} as area_code,
        {{ no_text }} as area_name,
        {{ no_text }} as publisher,
        {{ no_text }} as verdict,
        sum(has_figure) as numerator,
        count(*) as denominator,
        {{ no_number }} as months
    from served
    group by line_of_effort

    union all

    select
        'C.3' as indicator_id,
        'months_since_newest_period' as measure,
        line_of_effort,
        indicator_id as about_indicator_id,
        area_code,
        area_name,
        {{ no_text }} as publisher,
        {{ no_text }} as verdict,
        {{ no_number }} as numerator,
        {{ no_number }} as denominator,
        age as months
    from by_country

    union all

    select
        'C.4' as indicator_id,
        'headlines_reproduced' as measure,
        {{ no_number }} as line_of_effort,
        {{ no_text }} as about_indicator_id,
        {{ no_text }} as area_code,
        {{ no_text }} as area_name,
        {{ no_text }} as publisher,
        {{ no_text }} as verdict,
        sum(is_reproduced) as numerator,
        sum(is_testable) as denominator,
        {{ no_number }} as months
    from tested

    union all

    select
        'C.4' as indicator_id,
        'headlines_reproduced' as measure,
        {{ no_number }} as line_of_effort,
        {{ no_text }} as about_indicator_id,
        {{ no_text }} as area_code,
        {{ no_text }} as area_name,
        publisher,
        {{ no_text }} as verdict,
        sum(is_reproduced) as numerator,
        sum(is_testable) as denominator,
        {{ no_number }} as months
    from tested
    group by publisher

    union all

    select
        'C.4' as indicator_id,
        'headlines_by_verdict' as measure,
        {{ no_number }} as line_of_effort,
        {{ no_text }} as about_indicator_id,
        {{ no_text }} as area_code,
        {{ no_text }} as area_name,
        {{ no_text }} as publisher,
        verdict,
        count(*) as numerator,
        max(all_statistics) as denominator,
        {{ no_number }} as months
    from tested
    group by verdict

    union all

    select
        'C.5' as indicator_id,
        'figures_equal_to_year_before' as measure,
        line_of_effort,
        indicator_id as about_indicator_id,
        area_code,
        area_name,
        {{ no_text }} as publisher,
        {{ no_text }} as verdict,
        repeated as numerator,
        comparable as denominator,
        {{ no_number }} as months
    from by_country
    where comparable > 0

)

select
    united.indicator_id,
    indicators.name as indicator_name,
    united.measure,
    united.line_of_effort,
    united.about_indicator_id,
    united.area_code,
    united.area_name,
    united.publisher,
    united.verdict,
    cast(united.numerator as {{ dbt.type_int() }}) as numerator,
    cast(united.denominator as {{ dbt.type_int() }}) as denominator,
    cast(
        case
            when united.indicator_id = 'C.3' then united.months
            else {{ percentage('united.numerator', 'united.denominator') }}
        end
        as {{ dbt.type_numeric() }}
    ) as value,
    indicators.unit as unit_of_measure,
    indicators.direction as wanted_direction,
    newest.newest_file_on,
    indicators.not_to_be_read_as
from united
inner join {{ ref('dim_indicator') }} as indicators on united.indicator_id = indicators.indicator_id
cross join (select max(newest_file_on) as newest_file_on from figures) as newest
