select
    proxies.measure,
    proxies.subject,
    proxies.topic,
    proxies.language,
    proxies.period_kind,
    proxies.period_start,
    proxies.amount,
    proxies.unit,
    proxies.all_amount,
    proxies.share_percent,
    proxies.flags,
    {{ warning_text('proxies.flags') }} as warning,
    lines.gap as what_is_missing,
    proxies.dataset_id,
    proxies.vintage_id
from {{ ref('int_attention__proxies') }} as proxies
left join {{ ref('dim_line_of_effort') }} as lines on lines.line_of_effort = 7
