-- L6.4 and L6.5: recorded dead and missing by calendar year and route, and over the routes of the Americas. Encounters
-- are recast to calendar years from months, only for years with all twelve; a year of deaths that is not over has no
-- rate.
with incidents as (

    select
        incidents.year,
        incidents.incident_date,
        coalesce(incidents.migration_route, 'Not stated') as route,
        incidents.dead_and_missing,
        incidents.women,
        incidents.men,
        incidents.children,
        incidents.retrieved_at,
        incidents.dataset_id,
        incidents.vintage_id
    from {{ latest_vintage(ref('stg_iom__missing_migrants')) }} as incidents
    -- Incidents of the Caribbean on the way to the Canary Islands.
    where incidents.migration_route is null or incidents.migration_route not like '%Canary Islands%'

),

years as (

    select
        year,
        -- A file of mid-December reaches December, and yet its year is not over.
        max(incident_date) < make_date(year, 12, 1)
        or max(retrieved_at) < cast(make_date(year + 1, 1, 1) as {{ dbt.type_timestamp() }}) as is_partial_year
    from incidents
    group by year

),

by_scope as (

    select
        incidents.*,
        'one_route' as route_scope
    from incidents

    union all

    select
        year,
        incident_date,
        'All routes' as route,
        dead_and_missing,
        women,
        men,
        children,
        retrieved_at,
        dataset_id,
        vintage_id,
        'all_routes' as route_scope
    from incidents

),

by_route as (

    select
        year,
        route_scope,
        route,
        count(*) as incident_rows,
        count(*) - count(incident_date) as incident_rows_without_date,
        cast(sum(dead_and_missing) as {{ dbt.type_bigint() }}) as dead_and_missing,
        cast(sum(women) as {{ dbt.type_bigint() }}) as known_women,
        cast(sum(men) as {{ dbt.type_bigint() }}) as known_men,
        cast(sum(children) as {{ dbt.type_bigint() }}) as known_children,
        max(retrieved_at) as retrieved_at,
        dataset_id,
        vintage_id
    from by_scope
    group by year, route_scope, route, dataset_id, vintage_id

),

encounter_years as (

    select
        cast(extract(year from month_start) as {{ dbt.type_int() }}) as year,
        cast(sum(encounters) as {{ dbt.type_bigint() }}) as encounters,
        dataset_id,
        -- A calendar year may come from two files: the newer one is named, and both are counted.
        max(vintage_id) as vintage_id,
        count(distinct vintage_id) as files
    from {{ ref('int_encounters__southwest_monthly') }}
    group by cast(extract(year from month_start) as {{ dbt.type_int() }}), dataset_id
    having count(distinct month_start) = 12

)

select
    by_route.year,
    by_route.route_scope,
    by_route.route,
    by_route.incident_rows,
    by_route.incident_rows_without_date,
    by_route.dead_and_missing,
    by_route.known_women,
    by_route.known_men,
    by_route.known_children,
    years.is_partial_year,
    encounter_years.encounters,
    case
        when not years.is_partial_year
            then {{ ratio('100000.0 * by_route.dead_and_missing', 'encounter_years.encounters') }}
    end as deaths_per_100k_encounters,
    -- The publisher adds to a year for a year or more.
    {{ flag_list({
        'partial_year': 'years.is_partial_year',
        'provisional': 'by_route.retrieved_at < cast(make_date(by_route.year + 2, 1, 1) as ' ~ dbt.type_timestamp() ~ ')',
    }) }} as flags,
    by_route.dataset_id,
    by_route.vintage_id,
    encounter_years.dataset_id as encounters_dataset_id,
    encounter_years.vintage_id as encounters_vintage_id,
    cast(encounter_years.files as {{ dbt.type_int() }}) as encounters_files
from by_route
inner join years on by_route.year = years.year
left join encounter_years
    on by_route.year = encounter_years.year
    and by_route.route = 'US-Mexico border crossing'
