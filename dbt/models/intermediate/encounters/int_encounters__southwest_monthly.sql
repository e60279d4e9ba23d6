-- L6.1: southwest land border encounters by month and citizenship. Inside a published file a missing combination
-- is zero; a month that no file carries stays out.
with southwest as (

    select * from {{ ref('int_encounters__records') }}
    where land_border_region = 'Southwest Land Border'

),

published_months as (

    select distinct
        fiscal_year,
        is_partial_year,
        month_start,
        dataset_id,
        vintage_id
    from southwest

),

published_citizenships as (

    select distinct
        fiscal_year,
        citizenship_area
    from southwest

),

counted as (

    select
        fiscal_year,
        month_start,
        citizenship_area,
        cast(sum(encounters) as {{ dbt.type_bigint() }}) as encounters
    from southwest
    group by fiscal_year, month_start, citizenship_area

)

select
    published_months.fiscal_year,
    published_months.month_start,
    published_citizenships.citizenship_area,
    coalesce(counted.encounters, 0) as encounters,
    counted.encounters is null as is_zero_by_absence,
    published_months.is_partial_year,
    {{ flag_list({
        'provisional': 'published_months.is_partial_year',
        'zero_by_absence': 'counted.encounters is null',
        'unspecified_area': "published_citizenships.citizenship_area = 'XOT'",
    }) }} as flags,
    published_months.dataset_id,
    published_months.vintage_id
from published_months
inner join published_citizenships on published_months.fiscal_year = published_citizenships.fiscal_year
left join counted
    on published_months.fiscal_year = counted.fiscal_year
    and published_months.month_start = counted.month_start
    and published_citizenships.citizenship_area = counted.citizenship_area
