select
    'L2.1' as indicator_id,
    applications.year,
    {{ year_label('applications.year') }} as time_period,
    applications.asylum_area,
    asylum.area_name as asylum_country,
    asylum.asylum_scope,
    applications.origin_scope,
    applications.origin_area,
    origin.area_name as origin_country,
    applications.procedure_type,
    applications.procedure_name,
    applications.application_type,
    applications.application_type_name,
    applications.decision_level,
    applications.decision_level_name,
    applications.is_new_claim,
    applications.counted_in,
    applications.applied as applications,
    applications.applied_status as value_status,
    applications.flags,
    {{ warning_text('applications.flags') }} as warning,
    applications.dataset_id,
    applications.vintage_id
from {{ ref('int_protection__asylum_applications') }} as applications
left join {{ ref('dim_country') }} as asylum on applications.asylum_area = asylum.area_code
left join {{ ref('dim_country') }} as origin on applications.origin_area = origin.area_code
