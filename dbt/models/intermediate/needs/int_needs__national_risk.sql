-- The risk index as it stands in the newest vintage, edition by edition. Nothing is computed: an index is not a count.
select
    country_code as area_code,
    reference_start,
    reference_end,
    risk_class,
    global_rank,
    overall_risk,
    hazard_exposure_risk,
    vulnerability_risk,
    coping_capacity_risk,
    missing_indicators_percent,
    mean_age_years,
    dataset_id,
    vintage_id
from {{ latest_vintage(ref('stg_hdx_hapi__national_risk')) }} as newest
