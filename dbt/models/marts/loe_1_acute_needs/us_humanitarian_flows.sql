select
    'L1.2' as indicator_id,
    flows.year_basis,
    flows.year,
    flows.time_period,
    flows.location_area,
    locations.area_name as location,
    flows.flows,
    flows.funding_usd,
    flows.paid_usd,
    flows.committed_usd,
    flows.funding_in_plans_usd,
    flows.pledged_usd,
    flows.flags,
    {{ warning_text('flows.flags') }} as warning,
    flows.dataset_id,
    flows.vintage_id
from {{ ref('int_funding__us_flows') }} as flows
left join {{ ref('dim_country') }} as locations on flows.location_area = locations.area_code
