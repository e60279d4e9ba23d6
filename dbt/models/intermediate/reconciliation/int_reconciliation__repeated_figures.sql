{#-
    Second figures of scorecard.rpt_cross_source: what another dataset repeats of an observation, under its measure.
    Only the same concept, group, period and unit: totals over sex and age, whole calendar years, plans by their code
    and days, closed fiscal years and months. Refugees (REF) of the interface stand beside no observation: ours are a
    ratio.
-#}
{%- set none_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{%- set year = 'cast(extract(year from reference_start) as ' ~ dbt.type_int() ~ ')' -%}
{%- set is_whole_year
    = 'reference_start = make_date(' ~ year ~ ', 1, 1) and reference_end = make_date(' ~ year ~ ', 12, 31)' -%}
{%- set ocha = "'UN OCHA (HDX HAPI)'" -%}
{%- set cbp = "'CBP (by area of responsibility)'" -%}
with funding as (

    select * from {{ latest_vintage(ref('stg_hdx_hapi__funding')) }} as newest

),

-- A plan is found by its code and days: a code alone is not a key over the years. Plans of one class are one figure,
-- as in the observation, and only where the interface has every one of them.
plans as (

    select
        appeals.plan_year,
        appeals.location_area,
        appeals.plan_class,
        case when count(funding.requirements_usd) = count(*) then sum(funding.requirements_usd) end as requirements_usd,
        case when count(funding.funding_usd) = count(*) then sum(funding.funding_usd) end as funding_usd,
        max(funding.dataset_id) as dataset_id,
        max(funding.vintage_id) as vintage_id
    from {{ ref('int_funding__appeals') }} as appeals
    left join funding
        on appeals.location_area = funding.country_code
        and appeals.plan_code = funding.appeal_code
        and appeals.plan_start = funding.reference_start
        and appeals.plan_end = funding.reference_end
    where appeals.row_kind = 'country_plan'
    group by appeals.plan_year, appeals.location_area, appeals.plan_class

),

-- Newest file of each fiscal year; 'Remaining' is an empty promise in the year in progress.
areas as (

    select
        newest.fiscal_year,
        newest.is_partial_year,
        {{ fiscal_month_start('newest.fiscal_year', 'months.month') }} as month_start,
        labels.area_code as citizenship_area,
        newest.encounters,
        newest.dataset_id,
        newest.vintage_id
    from {{ latest_vintage(ref('stg_cbp__nationwide_encounters_aor'), per=['fiscal_year']) }} as newest
    left join {{ ref('months') }} as months on newest.month_abbreviation = months.month_abbreviation
    left join {{ ref('country_labels') }} as labels
        on newest.citizenship = labels.label and labels.publisher = 'cbp'
    where newest.land_border_region = 'Southwest Land Border'
        and not (newest.is_partial_year and newest.month_grouping = 'Remaining')

)

select
    'asylum_seekers_pending' as measure,
    {{ ocha }} as publisher,
    asylum_code as reference_area,
    origin_code as counterpart_area,
    {{ year_end_label(year) }} as time_period,
    'persons' as unit_of_measure,
    cast(people as {{ dbt.type_numeric() }}) as observation_value,
    {{ none_text }} as flags,
    dataset_id,
    vintage_id
from {{ latest_vintage(ref('stg_hdx_hapi__refugees')) }} as newest
where population_group = 'ASY' and sex = 'all' and age_range = 'all' and {{ is_whole_year }}

union all

select
    'returned_refugees' as measure,
    {{ ocha }} as publisher,
    origin_code as reference_area,
    asylum_code as counterpart_area,
    {{ year_label(year) }} as time_period,
    'persons' as unit_of_measure,
    cast(people as {{ dbt.type_numeric() }}) as observation_value,
    {{ none_text }} as flags,
    dataset_id,
    vintage_id
from {{ latest_vintage(ref('stg_hdx_hapi__returnees')) }} as newest
where population_group = 'RET' and sex = 'all' and age_range = 'all' and {{ is_whole_year }}
{%- for measure, column in {
    'appeal_requirements_': 'requirements_usd', 'appeal_funding_': 'funding_usd'
}.items() %}

union all

select
    '{{ measure }}' || plan_class as measure,
    {{ ocha }} as publisher,
    location_area as reference_area,
    {{ none_text }} as counterpart_area,
    {{ plan_year_label('plan_year') }} as time_period,
    'usd' as unit_of_measure,
    cast({{ column }} as {{ dbt.type_numeric() }}) as observation_value,
    {{ none_text }} as flags,
    dataset_id,
    vintage_id
from plans
where {{ column }} is not null
{%- endfor %}

union all

select
    'funding_outside_plans' as measure,
    {{ ocha }} as publisher,
    country_code as reference_area,
    {{ none_text }} as counterpart_area,
    {{ year_label(year) }} as time_period,
    'usd' as unit_of_measure,
    cast(funding_usd as {{ dbt.type_numeric() }}) as observation_value,
    {{ none_text }} as flags,
    dataset_id,
    vintage_id
from funding
where appeal_name = 'Not specified' and {{ is_whole_year }}
{%- for period, citizenship, where in [
    (month_label('month_start'), none_text, 'true'),
    (fiscal_year_label('fiscal_year'), none_text, 'not is_partial_year'),
    (fiscal_year_label('fiscal_year'), 'citizenship_area', 'not is_partial_year and citizenship_area is not null'),
] %}

union all

select
    'southwest_encounters' as measure,
    {{ cbp }} as publisher,
    'USA' as reference_area,
    {{ citizenship }} as counterpart_area,
    {{ period }} as time_period,
    'encounters' as unit_of_measure,
    cast(sum(encounters) as {{ dbt.type_numeric() }}) as observation_value,
    {{ flag_list({'provisional': 'is_partial_year'}) }} as flags,
    dataset_id,
    vintage_id
from areas
where {{ where }}
group by
    fiscal_year, is_partial_year, dataset_id, vintage_id
    {%- if loop.first %}, month_start{% endif %}
    {%- if loop.last %}, citizenship_area{% endif %}
{%- endfor %}
