-- L5.5: removals and returns, without Title 42, per 100 southwest encounters of the same citizenship and months.
-- A citizenship outside the ten largest of one of the three tables has no sum: what is not shown is not zero.
with repatriations as (

    select
        fiscal_year,
        citizenship_area,
        is_partial_year,
        max(case when measure = 'removals' then value end) as removals,
        max(case when measure = 'enforcement_returns' then value end) as enforcement_returns,
        max(case when measure = 'administrative_returns' then value end) as administrative_returns,
        max(case when measure = 'southwest_encounters_dhs' then value end) as encounters_dhs,
        dataset_id,
        vintage_id
    from {{ ref('int_legal_processes__figures') }}
    where period_kind = 'year_total'
        and measure_type = 'all types'
        and citizenship_scope <> 'remainder'
    group by fiscal_year, citizenship_area, is_partial_year, dataset_id, vintage_id

),

months as (

    select distinct month_start
    from {{ ref('int_legal_processes__figures') }}
    where period_kind = 'month' and measure = 'removals'

),

by_citizenship as (

    select
        encounters.fiscal_year,
        encounters.citizenship_area,
        encounters.month_start,
        encounters.encounters,
        encounters.dataset_id,
        encounters.vintage_id
    from {{ ref('int_encounters__southwest_monthly') }} as encounters
    inner join months on encounters.month_start = months.month_start

),

encounters as (

    select
        fiscal_year,
        citizenship_area,
        sum(encounters) as encounters,
        count(distinct month_start) as months,
        dataset_id,
        vintage_id
    from by_citizenship
    where citizenship_area <> 'XOT'
    group by fiscal_year, citizenship_area, dataset_id, vintage_id
    union all
    select
        fiscal_year,
        null as citizenship_area,
        sum(encounters) as encounters,
        count(distinct month_start) as months,
        dataset_id,
        vintage_id
    from by_citizenship
    group by fiscal_year, dataset_id, vintage_id

)

select
    repatriations.fiscal_year,
    repatriations.citizenship_area,
    cast(encounters.months as {{ dbt.type_int() }}) as months,
    repatriations.removals,
    repatriations.enforcement_returns,
    repatriations.administrative_returns,
    repatriations.removals + repatriations.enforcement_returns + repatriations.administrative_returns
        as removals_and_returns,
    cast(encounters.encounters as {{ dbt.type_bigint() }}) as encounters,
    repatriations.encounters_dhs,
    {{ percentage(
        '(repatriations.removals + repatriations.enforcement_returns + repatriations.administrative_returns)',
        'encounters.encounters'
    ) }} as returns_per_100_encounters,
    {{ percentage('repatriations.removals', 'encounters.encounters') }} as removals_per_100_encounters,
    repatriations.is_partial_year,
    {{ flag_list({
        'partial_year': 'repatriations.is_partial_year',
        'rounded_to_ten': 'true',
        'part_not_published':
            '(repatriations.removals + repatriations.enforcement_returns + repatriations.administrative_returns) is null',
    }) }} as flags,
    repatriations.dataset_id,
    repatriations.vintage_id,
    encounters.dataset_id as encounters_dataset_id,
    encounters.vintage_id as encounters_vintage_id
from repatriations
inner join encounters
    on repatriations.fiscal_year = encounters.fiscal_year
    and coalesce(repatriations.citizenship_area, '') = coalesce(encounters.citizenship_area, '')
