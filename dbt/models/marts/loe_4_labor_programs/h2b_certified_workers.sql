select
    certified.fiscal_year,
    {{ fiscal_year_label('certified.fiscal_year') }} as time_period,
    certified.area_level,
    certified.worksite_state_code,
    certified.worksite_state,
    certified.certified_applications,
    certified.workers_requested,
    certified.workers_certified,
    certified.median_hourly_wage,
    certified.applications_with_hourly_wage,
    certified.median_monthly_wage,
    certified.applications_with_monthly_wage,
    certified.hourly_wages_out_of_bounds,
    certified.flags,
    {{ warning_text('certified.flags') }} as warning,
    certified.dataset_id,
    certified.vintage_id
from {{ ref('int_labor__h2b_by_state') }} as certified
