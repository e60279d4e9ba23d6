-- L6.8: southwest border referrals to a credible-fear screening per 1,000 southwest encounters of the same citizenship
-- and the same months. DHS prints no total of the referrals, and rounded parts are not added up: there is no rate of
-- all citizenships. Two remainders are not the same people: they have none either. Beside the rate over CBP's
-- encounters stands one over those of the same release of DHS, which reach further back and are rounded as well.
{%- set of_citizenship = "referrals.citizenship_scope = 'citizenship'" -%}
{%- set months_of_row = "case when referrals.period_kind = 'month' then 1 else months_of_years.months end" -%}
{%- set shared_flags = {
    'provisional': "referrals.is_partial_year and referrals.period_kind = 'month'",
    'partial_year': "referrals.is_partial_year and referrals.period_kind = 'year_total'",
    'rounded_to_ten': 'true',
    'largest_ten_only': 'true',
    'unspecified_area': "referrals.citizenship_scope = 'remainder'",
} %}
with referrals as (

    select * from {{ ref('int_legal_processes__figures') }}
    where measure = 'credible_fear_referrals' and citizenship_scope <> 'all_citizenships'

),

months as (

    select distinct
        fiscal_year,
        month_start
    from referrals
    where period_kind = 'month'

),

months_of_years as (

    select
        fiscal_year,
        count(*) as months
    from months
    group by fiscal_year

),

by_month as (

    select encounters.*
    from {{ ref('int_encounters__southwest_monthly') }} as encounters
    inner join months on encounters.month_start = months.month_start

),

encounters as (

    select
        fiscal_year,
        month_start,
        1 as months,
        citizenship_area,
        encounters,
        dataset_id,
        vintage_id
    from by_month

    union all

    select
        fiscal_year,
        cast(null as date) as month_start,
        count(distinct month_start) as months,
        citizenship_area,
        sum(encounters) as encounters,
        dataset_id,
        vintage_id
    from by_month
    group by fiscal_year, citizenship_area, dataset_id, vintage_id

),

-- Months that the files of CBP hold, of whatever citizenship: a file that is not there shows nobody.
months_of_cbp as (

    select
        fiscal_year,
        month_start,
        1 as months
    from by_month
    group by fiscal_year, month_start

    union all

    select
        fiscal_year,
        cast(null as date) as month_start,
        count(distinct month_start) as months
    from by_month
    group by fiscal_year

),

encounters_dhs as (

    select
        fiscal_year,
        period_kind,
        month_start,
        citizenship_area,
        value as encounters,
        sum(case when period_kind = 'month' then 1 else 0 end) over (
            partition by fiscal_year, citizenship_area
        ) as months_of_year
    from {{ ref('int_legal_processes__figures') }}
    where measure = 'southwest_encounters_dhs' and citizenship_scope = 'citizenship' and value is not null

)

select
    referrals.fiscal_year,
    referrals.period_kind,
    referrals.time_period,
    referrals.month_start,
    cast(case when referrals.period_kind = 'month' then 1 else months_of_years.months end as {{ dbt.type_int() }})
        as months,
    referrals.citizenship_scope,
    referrals.citizenship_area,
    referrals.value as referrals,
    referrals.value_status,
    cast(encounters.encounters as {{ dbt.type_bigint() }}) as encounters,
    {{ per_thousand('referrals.value', 'encounters.encounters') }} as referrals_per_1000_encounters,
    cast(encounters_dhs.encounters as {{ dbt.type_bigint() }}) as encounters_dhs,
    {{ per_thousand('referrals.value', 'encounters_dhs.encounters') }} as referrals_per_1000_encounters_dhs,
    referrals.is_partial_year,
    {{ flag_list(dict(shared_flags, **{
        'encounters_not_published':
            "encounters.encounters is null and months_of_cbp.months = " ~ months_of_row ~ " and " ~ of_citizenship,
        'encounters_not_loaded':
            "coalesce(months_of_cbp.months, -1) <> " ~ months_of_row ~ " and " ~ of_citizenship,
        'small_rounded_base': 'encounters.encounters < 1000',
    })) }} as flags,
    {{ flag_list(dict(shared_flags, **{
        'part_not_published': 'encounters_dhs.encounters is null and ' ~ of_citizenship,
        'small_rounded_base': 'encounters_dhs.encounters < 1000',
    })) }} as flags_dhs,
    referrals.dataset_id,
    referrals.vintage_id,
    encounters.dataset_id as encounters_dataset_id,
    encounters.vintage_id as encounters_vintage_id
from referrals
inner join months_of_years on referrals.fiscal_year = months_of_years.fiscal_year
left join encounters
    on referrals.fiscal_year = encounters.fiscal_year
    and referrals.citizenship_area = encounters.citizenship_area
    and referrals.citizenship_scope = 'citizenship'
    and (
        referrals.month_start = encounters.month_start
        or (
            referrals.period_kind = 'year_total'
            and encounters.month_start is null
            and months_of_years.months = encounters.months
        )
    )
left join months_of_cbp
    on referrals.fiscal_year = months_of_cbp.fiscal_year
    and coalesce(referrals.month_start, make_date(1900, 1, 1))
    = coalesce(months_of_cbp.month_start, make_date(1900, 1, 1))
left join encounters_dhs
    on referrals.fiscal_year = encounters_dhs.fiscal_year
    and referrals.period_kind = encounters_dhs.period_kind
    and coalesce(referrals.month_start, make_date(1900, 1, 1))
    = coalesce(encounters_dhs.month_start, make_date(1900, 1, 1))
    and referrals.citizenship_area = encounters_dhs.citizenship_area
    and referrals.citizenship_scope = 'citizenship'
    and (referrals.period_kind = 'month' or months_of_years.months = encounters_dhs.months_of_year)
