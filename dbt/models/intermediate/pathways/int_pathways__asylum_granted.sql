-- L8.7: asylum granted affirmatively and defensively side by side. A nationality that only one of the two tables shows
-- has no sum: the other part is inside 'All other countries' there, which holds other countries in each table.
with by_nationality as (

    select
        fiscal_year,
        nationality_scope,
        nationality_label,
        nationality_area,
        strategy_role,
        max(case when measure = 'granted_affirmatively' then persons end) as granted_affirmatively,
        max(case when measure = 'granted_defensively' then persons end) as granted_defensively,
        max(case when measure = 'granted' then persons end) as granted_as_published,
        dataset_id,
        vintage_id
    from {{ ref('int_pathways__yearbook') }}
    where measure <> 'refugee_arrivals'
    group by
        fiscal_year, nationality_scope, nationality_label, nationality_area, strategy_role, dataset_id, vintage_id

),

summed as (

    select
        *,
        case
            when nationality_scope = 'all_nationalities' then granted_as_published
            when nationality_area <> 'XOT' then granted_affirmatively + granted_defensively
        end as granted
    from by_nationality

)

select
    fiscal_year,
    nationality_scope,
    nationality_label,
    nationality_area,
    strategy_role,
    granted_affirmatively,
    granted_defensively,
    granted,
    {{ flag_list({'rounded_to_ten': 'true', 'part_not_published': 'granted is null'}) }} as flags,
    dataset_id,
    vintage_id
from summed
