-- L8.1: arrivals against the ceiling of a region and fiscal year, with both bounds where the ceiling is a range.
-- Arrivals are the publisher's own totals.
with figures as (

    select * from {{ latest_vintage(ref('stg_state_prm__refugee_admissions'), per=['fiscal_year']) }} as newest

),

ceilings as (

    select
        fiscal_year,
        coalesce(region, country) as label,
        as_of_date,
        ceiling_text,
        ceiling_low,
        ceiling_high,
        dataset_id,
        vintage_id
    from figures
    where row_kind in ('region_header', 'grand_total')

),

totals as (

    select
        fiscal_year,
        coalesce(region, country) as label,
        as_of_date,
        admitted_in_year as arrivals,
        dataset_id,
        vintage_id
    from figures
    where row_kind in ('region_total', 'grand_total')

)

select
    totals.fiscal_year,
    labels.area_code as region_area,
    ceilings.ceiling_text,
    ceilings.ceiling_low,
    ceilings.ceiling_high,
    totals.arrivals,
    {{ percentage('totals.arrivals', 'ceilings.ceiling_low') }} as fill_rate_of_low_bound,
    {{ percentage('totals.arrivals', 'ceilings.ceiling_high') }} as fill_rate_of_high_bound,
    totals.as_of_date < {{ fiscal_period_end('totals.fiscal_year') }} as is_partial_year,
    totals.as_of_date,
    {{ flag_list({
        'partial_year': "totals.as_of_date < " ~ fiscal_period_end('totals.fiscal_year'),
        'ceiling_not_by_region': "ceilings.ceiling_low is null and labels.area_code <> 'PRM_ALL'",
        'ceiling_superseded': 'totals.fiscal_year = 2025',
        'counted_toward_2018': 'totals.fiscal_year = 2018',
    }) }} as flags,
    totals.dataset_id,
    totals.vintage_id
from totals
left join ceilings
    on totals.fiscal_year = ceilings.fiscal_year
    and totals.label = ceilings.label
left join {{ ref('country_labels') }} as labels
    on totals.label = labels.label and labels.publisher = 'state_prm'
