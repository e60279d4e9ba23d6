-- Border Patrol encounters at the southwest border by citizenship and fiscal year, as DHS (OHSS) prints them since
-- 2000, beside CBP over the same months: the last year of DHS is in progress, and CBP by component begins later.
-- CBP names four citizenships. What is left of the DHS total is its Other: one difference of five rounded figures,
-- where a sum would be of a hundred, without those that round to zero.
with newest as (

    select khsm.*
    from {{ latest_vintage(ref('stg_dhs_ohss__khsm_encounters')) }} as khsm
    where khsm.region = 'Southwest Land Border'

),

years as (

    select
        fiscal_year,
        count(*) as months,
        max(month_start) as last_month
    from newest
    where period_kind = 'month'
    group by fiscal_year

),

printed as (

    select
        newest.fiscal_year,
        labels.area_code as citizenship_area,
        newest.encounters,
        newest.dataset_id,
        newest.vintage_id
    from newest
    left join {{ ref('country_labels') }} as labels
        on newest.citizenship = labels.label and labels.publisher = 'dhs_ohss'
    where
        newest.period_kind = 'fiscal_year'
        and (newest.citizenship is null or labels.area_code in ('GTM', 'HND', 'MEX', 'SLV'))

),

dhs as (

    select * from printed

    union all

    select
        fiscal_year,
        'XOT' as citizenship_area,
        sum(case when citizenship_area is null then encounters else -encounters end) as encounters,
        dataset_id,
        vintage_id
    from printed
    group by fiscal_year, dataset_id, vintage_id

),

cbp as (

    select
        ports.fiscal_year,
        ports.citizenship_area,
        sum(ports.border_patrol_encounters) as encounters,
        ports.dataset_id,
        ports.vintage_id
    from {{ ref('int_encounters__between_ports') }} as ports
    inner join years on ports.fiscal_year = years.fiscal_year and ports.month_start <= years.last_month
    group by ports.fiscal_year, ports.citizenship_area, ports.dataset_id, ports.vintage_id
    having count(*) = max(years.months)

),

compared as (

    select
        dhs.fiscal_year,
        dhs.citizenship_area,
        years.months,
        cbp.encounters,
        dhs.encounters as encounters_dhs,
        dhs.encounters - cbp.encounters as difference,
        cbp.dataset_id,
        cbp.vintage_id,
        dhs.dataset_id as dhs_dataset_id,
        dhs.vintage_id as dhs_vintage_id
    from dhs
    inner join years on dhs.fiscal_year = years.fiscal_year
    left join cbp
        on dhs.fiscal_year = cbp.fiscal_year
        and coalesce(dhs.citizenship_area, 'all') = coalesce(cbp.citizenship_area, 'all')

)

select
    fiscal_year,
    {{ fiscal_year_label('fiscal_year') }} as time_period,
    cast(months as {{ dbt.type_int() }}) as months,
    citizenship_area,
    cast(encounters as {{ dbt.type_bigint() }}) as encounters,
    cast(encounters_dhs as {{ dbt.type_bigint() }}) as encounters_dhs,
    cast(difference as {{ dbt.type_bigint() }}) as difference,
    {{ percentage('difference', 'encounters') }} as difference_percent,
    case
        when encounters is null then 'The file of CBP by component does not hold all months of the year.'
        when difference = 0 then 'The same figure.'
        when abs(difference) <= 5 and coalesce(citizenship_area, 'all') <> 'XOT'
            then 'Rounded to the nearest ten by DHS.'
        when abs(difference) <= 25 and citizenship_area = 'XOT'
            then 'The total of DHS less four citizenships: five figures that are each rounded to the nearest ten.'
        else 'More than rounding: DHS says that its records may not match, and each publisher restates months.'
    end as reason,
    {{ flag_list({
        'partial_year': 'months < 12', 'rounded_to_ten': 'true', 'unspecified_area': "citizenship_area = 'XOT'"
    }) }} as flags,
    dataset_id,
    vintage_id,
    dhs_dataset_id,
    dhs_vintage_id
from compared
