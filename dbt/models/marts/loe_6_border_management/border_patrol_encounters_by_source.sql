select
    'L6.2' as indicator_id,
    compared.fiscal_year,
    compared.time_period,
    compared.months,
    compared.citizenship_area,
    coalesce(citizenships.area_name, 'All citizenships') as citizenship,
    compared.encounters,
    compared.encounters_dhs,
    compared.difference,
    compared.difference_percent,
    compared.reason,
    compared.flags,
    {{ warning_text('compared.flags') }} as warning,
    compared.dataset_id,
    compared.vintage_id,
    compared.dhs_dataset_id,
    compared.dhs_vintage_id
from {{ ref('int_encounters__border_patrol_by_source') }} as compared
left join {{ ref('dim_country') }} as citizenships on compared.citizenship_area = citizenships.area_code
