select
    'L6.2' as indicator_id,
    'L6.3' as children_indicator_id,
    shares.fiscal_year,
    shares.period_kind,
    shares.time_period,
    shares.month_start,
    shares.months,
    shares.citizenship_area,
    citizenships.area_name as citizenship,
    shares.encounters,
    shares.border_patrol_encounters,
    shares.field_office_encounters,
    shares.border_patrol_unaccompanied_children,
    shares.between_ports_share,
    shares.unaccompanied_children_share,
    shares.is_partial_year,
    shares.flags,
    {{ warning_text('shares.flags') }} as warning,
    shares.dataset_id,
    shares.vintage_id
from {{ ref('int_encounters__between_ports') }} as shares
left join {{ ref('dim_country') }} as citizenships on shares.citizenship_area = citizenships.area_code
