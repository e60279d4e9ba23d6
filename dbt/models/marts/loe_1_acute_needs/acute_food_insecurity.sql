select
    'L1.4' as indicator_id,
    analyses.area_code,
    countries.area_name as country,
    analyses.analysis_month,
    analyses.validity_period,
    analyses.valid_from,
    analyses.valid_to,
    analyses.country_population,
    analyses.population_analysed,
    analyses.analysed_percent,
    analyses.phase_1,
    analyses.phase_2,
    analyses.phase_3,
    analyses.phase_4,
    analyses.phase_5,
    analyses.phase_3_plus,
    analyses.phase_3_plus_percent,
    analyses.flags,
    {{ warning_text('analyses.flags') }} as warning,
    analyses.dataset_id,
    analyses.vintage_id
from {{ ref('int_needs__food_insecurity') }} as analyses
left join {{ ref('dim_country') }} as countries on analyses.area_code = countries.area_code
