-- L1.1: requirement and funding of each humanitarian plan and country, beside what the vintage before said.
with history as ( -- noqa: ST03

    select
        figures.*,
        lag(requirements_usd) over editions as earlier_requirements_usd,
        lag(funding_usd) over editions as earlier_funding_usd,
        lag(vintage_id) over editions as earlier_vintage_id
    from {{ ref('stg_ocha_fts__requirements_funding') }} as figures
    window editions as (partition by country_code, plan_year, plan_id order by vintage_number)

),

newest as (

    select
        figures.*,
        coalesce(figures.plan_type_id = '111', false) as is_regional,
        -- A requirement that stands on several rows of a regional plan is nobody's share.
        case
            when figures.plan_type_id = '111'
                then count(figures.requirements_usd) over (
                        partition by figures.plan_id, figures.plan_year, figures.requirements_usd
                    ) = 1
            else true
        end as has_own_requirement
    from {{ latest_vintage('history') }} as figures

),

by_country as (

    select
        newest.plan_year,
        labels.area_code as location_area,
        case
            when newest.is_regional then 'regional_share'
            when newest.row_kind = 'plan' then 'country_plan'
            else newest.row_kind
        end as row_kind,
        newest.plan_id,
        newest.plan_code,
        newest.plan_name,
        newest.plan_type,
        case
            when newest.plan_type_id in ('4', '2070') then 'response_plan'
            when newest.plan_type_id = '5' then 'flash_appeal'
            when newest.is_regional then 'regional_plan'
            when newest.row_kind = 'plan' then 'other_plan'
        end as plan_class,
        newest.plan_start,
        newest.plan_end,
        newest.requirements_usd,
        newest.funding_usd,
        newest.has_own_requirement,
        newest.earlier_requirements_usd,
        newest.earlier_funding_usd,
        newest.earlier_vintage_id,
        newest.dataset_id,
        newest.vintage_id,
        newest.source_file,
        newest.source_record,
        newest.retrieved_at
    from newest
    inner join {{ ref('country_labels') }} as labels
        on newest.country_code = labels.label and labels.publisher = 'ocha_fts'
    inner join {{ ref('countries') }} as countries on labels.area_code = countries.area_code
    where countries.unsd_region = 'Americas'

),

-- The Venezuela regional plan as a whole: its countries have each a row with their own share. No other regional plan
-- is added up, because some of its countries lie outside the region. Without the requirement of each there is no sum.
regional_totals as (

    select
        plan_year,
        'RMRP' as location_area,
        'regional_total' as row_kind,
        plan_id,
        plan_code,
        plan_name,
        plan_type,
        plan_class,
        plan_start,
        plan_end,
        cast(sum(requirements_usd) as {{ dbt.type_bigint() }}) as requirements_usd,
        cast(sum(funding_usd) as {{ dbt.type_bigint() }}) as funding_usd,
        count(case when has_own_requirement then 1 end) = count(*) as has_own_requirement,
        cast(sum(earlier_requirements_usd) as {{ dbt.type_bigint() }}) as earlier_requirements_usd,
        cast(sum(earlier_funding_usd) as {{ dbt.type_bigint() }}) as earlier_funding_usd,
        max(earlier_vintage_id) as earlier_vintage_id,
        dataset_id,
        vintage_id,
        source_file,
        cast(null as {{ dbt.type_string() }}) as source_record,
        retrieved_at
    from by_country
    where plan_class = 'regional_plan'
        and plan_name like 'Venezuela Regional Refugee and Migrant Response Plan%'
    group by
        plan_year, plan_id, plan_code, plan_name, plan_type, plan_class, plan_start, plan_end, dataset_id, vintage_id,
        source_file, retrieved_at

),

all_rows as (

    select * from by_country

    union all

    select * from regional_totals

)

select
    all_rows.plan_year,
    all_rows.location_area,
    all_rows.row_kind,
    all_rows.plan_id,
    all_rows.plan_code,
    all_rows.plan_name,
    all_rows.plan_type,
    all_rows.plan_class,
    all_rows.plan_start,
    all_rows.plan_end,
    case when has_own_requirement then requirements_usd end as requirements_usd,
    all_rows.funding_usd,
    case when has_own_requirement then {{ percentage('funding_usd', 'requirements_usd') }} end as coverage,
    case when has_own_requirement then earlier_requirements_usd end as earlier_requirements_usd,
    all_rows.earlier_funding_usd,
    all_rows.earlier_vintage_id,
    {{ flag_list({
        'provisional': 'cast(retrieved_at as date) <= coalesce(plan_end, make_date(plan_year, 12, 31))',
        'share_of_regional_plan': "row_kind = 'regional_share'",
        'requirement_not_by_country': 'not has_own_requirement',
        'outside_plans': "row_kind = 'outside_plans'",
    }) }} as flags,
    all_rows.dataset_id,
    all_rows.vintage_id,
    all_rows.source_file,
    all_rows.source_record,
    all_rows.retrieved_at
from all_rows
