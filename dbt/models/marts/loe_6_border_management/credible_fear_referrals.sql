select
    'L6.8' as indicator_id,
    rates.fiscal_year,
    rates.period_kind,
    rates.time_period,
    rates.month_start,
    rates.months,
    rates.citizenship_scope,
    rates.citizenship_area,
    citizenships.area_name as citizenship,
    citizenships.strategy_role,
    rates.referrals,
    rates.value_status,
    rates.encounters,
    rates.referrals_per_1000_encounters,
    rates.is_partial_year,
    rates.flags,
    {{ warning_text('rates.flags') }} as warning,
    rates.dataset_id,
    rates.vintage_id,
    rates.encounters_dataset_id,
    rates.encounters_vintage_id
from {{ ref('int_legal_processes__referrals_per_encounters') }} as rates
left join {{ ref('dim_country') }} as citizenships on rates.citizenship_area = citizenships.area_code
