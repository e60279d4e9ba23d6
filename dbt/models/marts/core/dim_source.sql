with newest as (

    select
        vintages.dataset_id,
        max(vintages.vintage_number) as vintage_number
    from {{ ref('stg_ingestion__vintages') }} as vintages
    where vintages.status = 'promoted'
    group by vintages.dataset_id

)

select
    datasets.dataset_id,
    datasets.publisher_id,
    datasets.publisher_name,
    datasets.title,
    datasets.description,
    datasets.lines_of_effort,
    datasets.licence,
    datasets.licence_url,
    datasets.attribution,
    datasets.is_redistributable,
    datasets.cadence,
    datasets.max_age_days,
    datasets.homepage,
    datasets.documentation,
    datasets.is_recorded,
    datasets.no_recording,
    vintages.vintage_id as newest_vintage_id,
    vintages.vintage_label as newest_vintage_label,
    vintages.retrieved_at as newest_retrieved_at
from {{ ref('stg_ingestion__datasets') }} as datasets
left join newest on datasets.dataset_id = newest.dataset_id
left join {{ ref('stg_ingestion__vintages') }} as vintages
    on newest.dataset_id = vintages.dataset_id
    and newest.vintage_number = vintages.vintage_number
    and vintages.status = 'promoted'
