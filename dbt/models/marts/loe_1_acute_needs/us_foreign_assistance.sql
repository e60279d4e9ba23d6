select
    assistance.fiscal_year_label,
    assistance.fiscal_year,
    -- The calendar of this warehouse starts in 1950, and has no transition quarter.
    case when assistance.fiscal_year >= 1950 then {{ fiscal_year_label('assistance.fiscal_year') }} end as time_period,
    assistance.recipient_code,
    assistance.recipient_name,
    assistance.is_country,
    assistance.recipient_area,
    recipients.area_name as recipient_country,
    assistance.obligations_usd,
    assistance.disbursements_usd,
    assistance.appropriated_and_planned_usd,
    assistance.budget_request_usd,
    assistance.obligations_constant_usd,
    assistance.disbursements_constant_usd,
    assistance.constant_dollar_base_year,
    assistance.flags,
    {{ warning_text('assistance.flags') }} as warning,
    assistance.dataset_id,
    assistance.vintage_id
from {{ ref('int_funding__us_assistance') }} as assistance
left join {{ ref('dim_country') }} as recipients on assistance.recipient_area = recipients.area_code
