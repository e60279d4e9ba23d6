-- L1.6: displacements by disasters, added from the events by country, year and hazard, and over all hazards. An event
-- without a figure is counted apart; a country and year without an event stays out.
with events as (

    select
        figures.year,
        labels.area_code,
        figures.hazard_category,
        figures.hazard_type,
        figures.new_displacements,
        figures.last_updated,
        figures.dataset_id,
        figures.vintage_id
    from {{ latest_vintage(ref('stg_idmc__gidd_disasters')) }} as figures
    left join {{ ref('country_labels') }} as labels
        on figures.area_label = labels.label
        and labels.publisher = 'idmc'

),

by_scope as (

    select
        year,
        area_code,
        'one_hazard' as hazard_scope,
        hazard_category,
        hazard_type,
        new_displacements,
        last_updated,
        dataset_id,
        vintage_id
    from events

    union all

    select
        year,
        area_code,
        'all_hazards' as hazard_scope,
        cast(null as {{ dbt.type_string() }}) as hazard_category,
        cast(null as {{ dbt.type_string() }}) as hazard_type,
        new_displacements,
        last_updated,
        dataset_id,
        vintage_id
    from events

)

select
    year,
    area_code,
    hazard_scope,
    hazard_category,
    hazard_type,
    count(*) as event_rows,
    count(*) - count(new_displacements) as event_rows_without_figure,
    cast(sum(new_displacements) as {{ dbt.type_bigint() }}) as new_displacements,
    max(last_updated) as last_updated,
    dataset_id,
    vintage_id
from by_scope
group by year, area_code, hazard_scope, hazard_category, hazard_type, dataset_id, vintage_id
