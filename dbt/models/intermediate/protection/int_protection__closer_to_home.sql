-- L2.5, for the origins whose every host country is in the release, and for the three together.
with hosted as (

    select
        figures.year,
        figures.origin_area,
        figures.asylum_area,
        coalesce(figures.refugees, 0) + coalesce(figures.asylum_seekers, 0) as hosted_persons,
        hosts.is_closer_to_home_host,
        figures.is_provisional,
        figures.dataset_id,
        figures.vintage_id
    from {{ ref('int_displacement__population') }} as figures
    inner join {{ ref('countries') }} as hosts on figures.asylum_area = hosts.area_code
    where figures.query_name = 'nca_origin'
        and figures.origin_area <> figures.asylum_area
        and (figures.refugees_status = 'reported' or figures.asylum_seekers_status = 'reported')

),

with_group as (

    select
        year,
        origin_area,
        hosted_persons,
        is_closer_to_home_host,
        is_provisional,
        dataset_id,
        vintage_id
    from hosted
    union all
    select
        year,
        'NCA' as origin_area,
        hosted_persons,
        is_closer_to_home_host,
        is_provisional,
        dataset_id,
        vintage_id
    from hosted

),

summed as (

    select
        year,
        origin_area,
        cast(sum(case when is_closer_to_home_host then hosted_persons else 0 end) as {{ dbt.type_bigint() }})
            as hosted_closer_to_home,
        cast(sum(hosted_persons) as {{ dbt.type_bigint() }}) as hosted_worldwide,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        dataset_id,
        vintage_id
    from with_group
    group by year, origin_area, dataset_id, vintage_id

)

select
    year,
    origin_area,
    hosted_closer_to_home,
    hosted_worldwide,
    {{ percentage('hosted_closer_to_home', 'hosted_worldwide') }} as closer_to_home_share,
    {{ flag_list({
        'provisional': 'is_provisional',
        'usa_half_year_2024': 'year = 2024',
        'unknown_origin_2025': 'year = 2025',
        'rounded_parts': 'true',
        'unspecified_area': "origin_area = 'NCA'",
    }) }} as flags,
    dataset_id,
    vintage_id
from summed
