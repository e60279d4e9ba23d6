-- H-2 visas by nationality, class and month: one row per printed row. A nationality without visas in a month has no
-- row, so an absent row is no figure; the printed total is of all classes together, so none of H-2 exists.
with figures as (

    select * from {{ latest_vintage(ref('stg_state_ca__niv_monthly'), per=['month_start']) }} as newest
    where newest.row_kind = 'country' and newest.visa_class in ('H2A', 'H2B')

)

select
    figures.fiscal_year,
    figures.month_start,
    figures.nationality as nationality_label,
    labels.area_code as nationality_area,
    countries.strategy_role,
    -- The spelling of the yearly sheets.
    case figures.visa_class when 'H2A' then 'H-2A' else 'H-2B' end as visa_class,
    figures.visas,
    figures.visas_status as value_status,
    {{ flag_list({'preliminary': 'true', 'read_by_others': 'others.file_name is not null'}) }} as flags,
    figures.dataset_id,
    figures.vintage_id,
    figures.source_file,
    figures.source_record,
    figures.retrieved_at
from figures
left join {{ ref('country_labels') }} as labels
    on figures.nationality = labels.label and labels.publisher = 'state_ca'
left join {{ ref('countries') }} as countries on labels.area_code = countries.area_code
left join {{ ref('files_read_by_others') }} as others
    on figures.dataset_id = others.dataset_id
    and figures.vintage_id = others.vintage_id
    and figures.source_file = others.file_name
