select
    'L8.8' as indicator_id,
    ways.fiscal_year,
    {{ fiscal_year_label('ways.fiscal_year') }} as time_period,
    ways.nationality_area,
    nationalities.area_name as nationality,
    ways.strategy_role,
    ways.refugee_arrivals,
    ways.h2a_visas,
    ways.h2b_visas,
    ways.immigrant_visas,
    ways.chnv_paroles,
    ways.is_chnv_applicable,
    ways.between_ports_encounters,
    ways.parts_missing,
    ways.lawful_to_irregular_ratio,
    ways.flags,
    {{ warning_text('ways.flags') }} as warning,
    ways.dataset_id,
    ways.vintage_id,
    ways.immigrant_visas_dataset_id,
    ways.immigrant_visas_vintage_id
from {{ ref('int_pathways__lawful_to_irregular') }} as ways
left join {{ ref('dim_country') }} as nationalities on ways.nationality_area = nationalities.area_code
