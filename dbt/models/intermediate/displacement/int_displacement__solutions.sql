{%- set measures = ['returned_refugees', 'resettlement', 'naturalisation'] -%}

with figures as (

    select * from {{ latest_vintage(ref('stg_unhcr__solutions')) }} as newest

),

labels as (

    select
        label,
        area_code
    from {{ ref('country_labels') }}
    where publisher = 'unhcr'

)

select
    figures.year,
    origin_labels.area_code as origin_area,
    second_labels.area_code as second_area,
    {%- for measure in measures %}
    figures.{{ measure }},
    figures.{{ measure }}_status,
    {%- endfor %}
    -- End-year figures come out in mid-June of the next year and overwrite the mid-year ones.
    {{ flag_list({
        'provisional':
            'figures.retrieved_at < cast(make_date(figures.year + 1, 6, 15) as ' ~ dbt.type_timestamp() ~ ')',
    }) }} as flags,
    figures.dataset_id,
    figures.vintage_id,
    figures.source_file,
    figures.source_record,
    figures.retrieved_at
from figures
left join labels as origin_labels on figures.origin_unhcr_code = origin_labels.label
left join labels as second_labels on figures.second_unhcr_code = second_labels.label
