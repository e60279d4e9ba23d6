-- L8.5: immigrant visas by state of chargeability, class and month, one row per printed row; the printed total of all
-- states and classes among them. States outside the Americas are not read.
with figures as (

    select * from {{ latest_vintage(ref('stg_state_ca__iv_monthly'), per=['month_start']) }} as newest

)

select
    figures.fiscal_year,
    figures.month_start,
    case when figures.row_kind = 'grand_total' then 'all_states' else 'state' end as state_scope,
    labels.area_code as chargeability_area,
    countries.strategy_role,
    figures.visa_class,
    figures.visas,
    figures.visas_status as value_status,
    -- The observation that the record is counted in.
    {{ surrogate_key([
        "'L8.5'", "'immigrant_visas_issued'", "'USA'", 'labels.area_code', month_label('figures.month_start'), "'visas'"
    ]) }} as observation_key,
    {{ flag_list({'preliminary': 'true'}) }} as flags,
    figures.dataset_id,
    figures.vintage_id,
    figures.source_file,
    figures.source_record,
    figures.retrieved_at
from figures
left join {{ ref('country_labels') }} as labels
    on figures.chargeability_state = labels.label and labels.publisher = 'state_ca'
left join {{ ref('countries') }} as countries on labels.area_code = countries.area_code
where figures.row_kind = 'grand_total' or labels.area_code is not null
