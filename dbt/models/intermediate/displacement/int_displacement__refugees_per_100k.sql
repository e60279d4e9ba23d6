-- SDG indicator 10.7.4, for the origins whose every host country is in the release.
with refugees as (

    select
        year,
        origin_area,
        cast(sum(refugees) as {{ dbt.type_bigint() }}) as refugees,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        dataset_id,
        vintage_id
    from {{ ref('int_displacement__population') }}
    where query_name = 'nca_origin'
        and origin_area <> asylum_area
    group by year, origin_area, dataset_id, vintage_id

),

residents as (

    select
        wdi.year,
        labels.area_code,
        wdi.value as population,
        wdi.dataset_id,
        wdi.vintage_id
    from {{ latest_vintage(ref('stg_world_bank__wdi'), per=['wdi_indicator']) }} as wdi
    inner join {{ ref('country_labels') }} as labels
        on wdi.area_label = labels.label
        and labels.publisher = 'world_bank'
        and labels.geo_type = 'country'
    where wdi.wdi_indicator = 'SP.POP.TOTL'

)

select
    refugees.year,
    refugees.origin_area,
    refugees.refugees,
    cast(residents.population as {{ dbt.type_bigint() }}) as population,
    cast(
        100000.0 * refugees.refugees / nullif(residents.population + refugees.refugees, 0) as {{ dbt.type_numeric() }}
    ) as refugees_per_100k,
    {{ flag_list({'provisional': 'refugees.is_provisional', 'rounded_parts': 'true'}) }} as flags,
    refugees.dataset_id,
    refugees.vintage_id,
    residents.dataset_id as population_dataset_id,
    residents.vintage_id as population_vintage_id
from refugees
left join residents
    on refugees.origin_area = residents.area_code
    and refugees.year = residents.year
