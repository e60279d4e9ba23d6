select
    'L8.2' as indicator_id,
    arrivals.fiscal_year,
    {{ month_label('arrivals.month_start') }} as time_period,
    arrivals.month_start,
    arrivals.region_area,
    regions.area_name as region,
    arrivals.nationality_area,
    nationalities.area_name as nationality,
    arrivals.nationality_label,
    nationalities.is_pathway_nationality,
    arrivals.arrivals,
    arrivals.arrivals_status as value_status,
    arrivals.is_partial_year,
    arrivals.as_of_date,
    arrivals.flags,
    {{ warning_text('arrivals.flags') }} as warning,
    arrivals.dataset_id,
    arrivals.vintage_id
from {{ ref('int_pathways__refugee_arrivals') }} as arrivals
left join {{ ref('dim_country') }} as regions on arrivals.region_area = regions.area_code
left join {{ ref('dim_country') }} as nationalities on arrivals.nationality_area = nationalities.area_code
