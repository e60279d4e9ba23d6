-- Southwest encounters as CBP and as DHS (OHSS) print them, for the months that both hold. A year is compared over
-- the same months: the year in progress of one publisher may be closed in the file of the other.
-- Components stand in CBP's file by component only, which begins later than the file by state.
with dhs as (

    select
        newest.fiscal_year,
        newest.row_kind,
        newest.month_start,
        newest.column_group as component,
        newest.value,
        newest.dataset_id,
        newest.vintage_id
    from {{ latest_vintage(ref('stg_dhs_ohss__monthly_tables')) }} as newest
    where newest.sheet = 'SWB Encounters by Citizenship' and newest.column_name = 'Total'

),

cbp as (

    select
        month_start,
        'Total CBP' as component,
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
        {{ figure }} as encounters,
        dataset_id,
        vintage_id
    from {{ ref('int_encounters__between_ports') }}
    where month_start is not null and citizenship_area is null
    {%- endfor %}

),

by_month as (

    select
        dhs.fiscal_year,
        dhs.month_start,
        dhs.component,
        dhs.value,
        cbp.encounters,
        dhs.dataset_id as dhs_dataset_id,
        dhs.vintage_id as dhs_vintage_id,
        cbp.dataset_id,
        cbp.vintage_id
    from dhs
    inner join cbp on dhs.month_start = cbp.month_start and dhs.component = cbp.component
    where dhs.row_kind = 'month'

),

by_year as (

    select
        fiscal_year,
        component,
        count(*) as months,
        sum(encounters) as encounters,
        dataset_id,
        vintage_id
    from by_month
    group by fiscal_year, component, dataset_id, vintage_id

),

compared as (

    select
        fiscal_year,
        month_start,
        component,
        1 as months,
        encounters,
        value as encounters_dhs,
        dataset_id,
        vintage_id,
        dhs_dataset_id,
        dhs_vintage_id
    from by_month

    union all

    select
        by_year.fiscal_year,
        cast(null as date) as month_start,
        by_year.component,
        by_year.months,
        by_year.encounters,
        dhs.value as encounters_dhs,
        by_year.dataset_id,
        by_year.vintage_id,
        dhs.dataset_id as dhs_dataset_id,
        dhs.vintage_id as dhs_vintage_id
    from by_year
    inner join dhs
        on by_year.fiscal_year = dhs.fiscal_year and by_year.component = dhs.component and dhs.row_kind = 'year_total'

)

select
    fiscal_year,
    case when month_start is null then 'fiscal_year' else 'month' end as period_kind,
    case
        when month_start is null then {{ fiscal_year_label('fiscal_year') }}
        else {{ month_label('month_start') }}
    end as time_period,
    month_start,
    component,
    cast(months as {{ dbt.type_int() }}) as months,
    cast(encounters as {{ dbt.type_bigint() }}) as encounters,
    encounters_dhs,
    cast(encounters_dhs - encounters as {{ dbt.type_bigint() }}) as difference,
    {{ percentage('(encounters_dhs - encounters)', 'encounters') }} as difference_percent,
    case
        when encounters_dhs = encounters then 'The same figure.'
        when abs(encounters_dhs - encounters) <= 5 then 'Rounded to the nearest ten by DHS.'
        else 'More than rounding: DHS says that its records may not match, and each publisher restates months.'
    end as reason,
    {{ flag_list({'rounded_to_ten': 'true', 'partial_year': 'month_start is null and months < 12'}) }} as flags,
    dataset_id,
    vintage_id,
    dhs_dataset_id,
    dhs_vintage_id
from compared
