select
    'L5.1' as indicator_id,
    returns.year,
    {{ month_label('returns.month_start') }} as time_period,
    returns.month_start,
    returns.origin_area,
    origins.area_name as origin_country,
    returns.returning_area,
    returners.area_name as returning_country,
    returns.sex,
    returns.age_group,
    returns.returns_received,
    returns.flags,
    {{ warning_text('returns.flags') }} as warning,
    returns.dataset_id,
    returns.vintage_id
from {{ ref('int_regional__returns_received') }} as returns
left join {{ ref('dim_country') }} as origins on returns.origin_area = origins.area_code
left join {{ ref('dim_country') }} as returners on returns.returning_area = returners.area_code
