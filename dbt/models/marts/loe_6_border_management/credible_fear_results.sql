with figures as (

    select *
    from {{ ref('int_legal_processes__figures') }}
    where measure = 'credible_fear_screenings_completed'

)

select
    'L6.8' as indicator_id,
    fiscal_year,
    period_kind,
    time_period,
    month_start,
    max(case when measure_type = 'all types' then value end) as screenings_completed,
    max(case when measure_type = 'Positive Fear' then value end) as positive_fear,
    max(case when measure_type = 'Negative Fear' then value end) as negative_fear,
    max(case when measure_type = 'Administrative Closure' then value end) as administrative_closures,
    is_partial_year,
    flags,
    {{ warning_text('flags') }} as warning,
    dataset_id,
    vintage_id
from figures
group by fiscal_year, period_kind, time_period, month_start, is_partial_year, flags, dataset_id, vintage_id
