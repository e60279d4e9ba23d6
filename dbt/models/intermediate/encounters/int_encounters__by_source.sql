-- Southwest encounters as DHS (OHSS) prints them since fiscal year 2014, by citizenship and component, beside CBP where
-- a file of CBP shows the same. A year is compared over the months that DHS holds: its year in progress may be closed
-- in the file of the other. CBP's file by component begins later than its file by state and names four citizenships.
-- L6.2 of DHS is the share of two of its rounded figures.
with dhs as (

    select
        fiscal_year,
        month_start,
        time_period,
        case measure
            when 'southwest_encounters_dhs' then 'Total CBP'
            when 'border_patrol_encounters_dhs' then 'USBP'
            when 'field_office_encounters_dhs' then 'OFO'
        end as component,
        citizenship_scope,
        citizenship_area,
        value,
        flags,
        dataset_id,
        vintage_id
    from {{ ref('int_legal_processes__figures') }}
    where measure in ('southwest_encounters_dhs', 'border_patrol_encounters_dhs', 'field_office_encounters_dhs')

),

cbp as (

    select
        month_start,
        'Total CBP' as component,
        citizenship_area,
        encounters,
        dataset_id,
        vintage_id
    from {{ ref('int_encounters__southwest_monthly') }}

    union all

    select
        month_start,
        'Total CBP' as component,
        cast(null as {{ dbt.type_string() }}) as citizenship_area,
        sum(encounters) as encounters,
        dataset_id,
        vintage_id
    from {{ ref('int_encounters__southwest_monthly') }}
    group by month_start, dataset_id, vintage_id

    {%- for component, figure in [('USBP', 'border_patrol_encounters'), ('OFO', 'field_office_encounters')] %}

    union all

    select
        month_start,
        '{{ component }}' as component,
        citizenship_area,
        {{ figure }} as encounters,
        dataset_id,
        vintage_id
    from {{ ref('int_encounters__between_ports') }}
    where month_start is not null
    {%- endfor %}

),

-- Other of DHS is everyone but its ten citizenships, who are not those of CBP's Other.
by_month as (

    select
        dhs.*,
        cbp.encounters,
        cbp.dataset_id as cbp_dataset_id,
        cbp.vintage_id as cbp_vintage_id
    from dhs
    left join cbp
        on dhs.month_start = cbp.month_start
        and dhs.component = cbp.component
        and coalesce(dhs.citizenship_area, 'all') = coalesce(cbp.citizenship_area, 'all')
        and dhs.citizenship_scope <> 'remainder'
    where dhs.month_start is not null

),

by_year as (

    select
        fiscal_year,
        component,
        citizenship_area,
        count(*) as months,
        case when count(encounters) = count(*) then sum(encounters) end as encounters,
        case when count(encounters) = count(*) then max(cbp_dataset_id) end as cbp_dataset_id,
        case when count(encounters) = count(*) then max(cbp_vintage_id) end as cbp_vintage_id
    from by_month
    group by fiscal_year, component, citizenship_area

),

compared as (

    select
        by_month.*,
        1 as months
    from by_month

    union all

    select
        dhs.*,
        by_year.encounters,
        by_year.cbp_dataset_id,
        by_year.cbp_vintage_id,
        by_year.months
    from dhs
    inner join by_year
        on dhs.fiscal_year = by_year.fiscal_year
        and dhs.component = by_year.component
        and coalesce(dhs.citizenship_area, 'all') = coalesce(by_year.citizenship_area, 'all')
    where dhs.month_start is null

),

with_total as (

    select
        compared.*,
        max(case when component = 'Total CBP' then value end) over (partition by time_period, citizenship_area)
            as total_dhs
    from compared

)

select
    fiscal_year,
    case when month_start is null then 'fiscal_year' else 'month' end as period_kind,
    time_period,
    month_start,
    component,
    citizenship_scope,
    citizenship_area,
    cast(months as {{ dbt.type_int() }}) as months,
    cast(encounters as {{ dbt.type_bigint() }}) as encounters,
    value as encounters_dhs,
    cast(value - encounters as {{ dbt.type_bigint() }}) as difference,
    {{ percentage('(value - encounters)', 'encounters') }} as difference_percent,
    case
        when citizenship_scope = 'remainder'
            then 'Other of DHS and Other of CBP are not the same citizenships: the two are not compared.'
        when encounters is null
            then 'No file of CBP at hand shows this citizenship and component in every month of the period.'
        when value = encounters then 'The same figure.'
        when abs(value - encounters) <= 5 then 'Rounded to the nearest ten by DHS.'
        else 'More than rounding: DHS says that its records may not match, and each publisher restates months.'
    end as reason,
    case when component = 'USBP' then {{ percentage('value', 'total_dhs') }} end as between_ports_share_dhs,
    {{ flags_with('flags', {'small_rounded_base': "component = 'USBP' and total_dhs < 1000"}) }} as flags,
    cbp_dataset_id as dataset_id,
    cbp_vintage_id as vintage_id,
    dataset_id as dhs_dataset_id,
    vintage_id as dhs_vintage_id
from with_total
