select
    wdi.year,
    labels.area_code,
    wdi.value as homicides_per_100k,
    wdi.value_status,
    wdi.last_updated,
    wdi.dataset_id,
    wdi.vintage_id,
    wdi.source_file,
    wdi.source_record
from {{ latest_vintage(ref('stg_world_bank__wdi'), per=['wdi_indicator']) }} as wdi
inner join {{ ref('country_labels') }} as labels
    on wdi.area_label = labels.label
    and labels.publisher = 'world_bank'
    and labels.geo_type = 'country'
where wdi.wdi_indicator = 'VC.IHR.PSRC.P5'
