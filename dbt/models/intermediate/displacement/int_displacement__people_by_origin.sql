with figures as (

    select * from {{ latest_vintage(ref('stg_unhcr__population_by_origin')) }} as newest

)

select
    figures.year,
    labels.area_code as origin_area,
    figures.refugees,
    figures.refugees_status,
    figures.asylum_seekers,
    figures.asylum_seekers_status,
    -- The end-year release overwrites the figures of mid-year; it came out on 12 June at the earliest.
    {{ flag_list({
        'provisional':
            'figures.retrieved_at < cast(make_date(figures.year + 1, 6, 12) as ' ~ dbt.type_timestamp() ~ ')',
        'usa_half_year_2024': 'figures.year = 2024',
        'unknown_origin_2025': 'figures.year = 2025',
        'read_by_others': 'others.file_name is not null',
    }) }} as flags,
    figures.dataset_id,
    figures.vintage_id,
    figures.source_file,
    figures.source_record,
    figures.retrieved_at
from figures
left join {{ ref('country_labels') }} as labels
    on figures.origin_unhcr_code = labels.label and labels.publisher = 'unhcr'
left join {{ ref('files_read_by_others') }} as others
    on figures.dataset_id = others.dataset_id
    and figures.vintage_id = others.vintage_id
    and figures.source_file = others.file_name
