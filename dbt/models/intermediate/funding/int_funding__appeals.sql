-- L1.1: requirement and funding of each humanitarian plan and country, beside what the vintage before said and what was
-- first asked for.
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

),

-- The list holds whole plans: what a plan for several countries first asked for is no country's. A code that two plans
-- of one year carry names neither.
first_asked as (

    select
        plan_code,
        plan_year,
        -- A plan asks for something: zero says that no first requirement was entered.
        max(nullif(original_requirements_usd, 0)) as original_requirements_usd,
        max(case when original_requirements_usd <> 0 then vintage_id end) as original_vintage_id
    from {{ latest_vintage(ref('stg_ocha_fts__plan_requirements')) }} as newest_list
    group by plan_code, plan_year
    having count(*) = 1 and max(location_count) = 1

),

beside_first as (

    select
        all_rows.*,
        first_asked.original_requirements_usd,
        first_asked.original_vintage_id
    from all_rows
    left join first_asked
        on all_rows.row_kind = 'country_plan'
        and all_rows.plan_code = first_asked.plan_code
        and all_rows.plan_year = first_asked.plan_year

)

select
    beside_first.plan_year,
    beside_first.location_area,
    beside_first.row_kind,
    beside_first.plan_id,
    beside_first.plan_code,
    beside_first.plan_name,
    beside_first.plan_type,
    beside_first.plan_class,
    beside_first.plan_start,
    beside_first.plan_end,
    beside_first.original_requirements_usd,
    beside_first.original_vintage_id,
    case when has_own_requirement then requirements_usd end as requirements_usd,
    beside_first.funding_usd,
    case when has_own_requirement then {{ percentage('funding_usd', 'requirements_usd') }} end as coverage,
    case when has_own_requirement then earlier_requirements_usd end as earlier_requirements_usd,
    beside_first.earlier_funding_usd,
    beside_first.earlier_vintage_id,
    {{ flag_list({
        'provisional': 'cast(retrieved_at as date) <= coalesce(plan_end, make_date(plan_year, 12, 31))',
        'share_of_regional_plan': "row_kind = 'regional_share'",
        'requirement_not_by_country': 'not has_own_requirement',
        'outside_plans': "row_kind = 'outside_plans'",
    }) }} as flags,
    beside_first.dataset_id,
    beside_first.vintage_id,
    beside_first.source_file,
    beside_first.source_record,
    beside_first.retrieved_at
from beside_first
