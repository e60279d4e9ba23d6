select
    risks.area_code,
    countries.area_name as country,
    risks.reference_start,
    risks.reference_end,
    risks.risk_class,
    risks.global_rank,
    risks.overall_risk,
    risks.hazard_exposure_risk,
    risks.vulnerability_risk,
    risks.coping_capacity_risk,
    risks.missing_indicators_percent,
    risks.mean_age_years,
    risks.dataset_id,
    risks.vintage_id
from {{ ref('int_needs__national_risk') }} as risks
left join {{ ref('dim_country') }} as countries on risks.area_code = countries.area_code
