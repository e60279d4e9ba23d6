select
    assistance.recipient_code,
    assistance.recipient_name,
    assistance.fiscal_year,
    -- The calendar of this warehouse starts in 1950.
    case when assistance.fiscal_year >= 1950 then {{ fiscal_year_label('assistance.fiscal_year') }} end as time_period,
    assistance.us_category,
    assistance.us_sector,
    assistance.possible_lines_of_effort,
    assistance.allocation,
    assistance.obligations_usd,
    assistance.disbursements_usd,
    assistance.dataset_id,
    assistance.vintage_id
from {{ ref('int_funding__assistance_by_sector') }} as assistance
