{#-
    Figures that published headlines are about and that are no indicator of their own. kind says what is compared with
    what: a ceiling with a ceiling, a requirement with a requirement. A year in progress answers no headline of a year.
-#}
{%- set none_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{%- for part, column in {
    'asylum_recognized': 'recognized', 'asylum_complementary': 'complementary', 'asylum_rejected': 'rejected'
}.items() %}
select
    '{{ part }}' as measure,
    'statistic' as kind,
    asylum_area as reference_area,
    origin_area as counterpart_area,
    {{ year_label('year') }} as time_period,
    'A' as frequency,
    cast({{ column }} as {{ dbt.type_numeric() }}) as figure,
    counted_in as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_protection__asylum_decisions') }}
where stage = 'first_instance'

union all
{% endfor %}
select
    'refugees_hosted' as measure,
    'statistic' as kind,
    asylum_area as reference_area,
    origin_area as counterpart_area,
    {{ year_end_label('year') }} as time_period,
    'A' as frequency,
    cast(refugees as {{ dbt.type_numeric() }}) as figure,
    'persons' as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_displacement__population') }}
where refugees is not null
    and origin_scope = 'one_origin'

union all

select
    'asylum_seekers_worldwide' as measure,
    'statistic' as kind,
    origin_area as reference_area,
    {{ none_text }} as counterpart_area,
    {{ year_end_label('year') }} as time_period,
    'A' as frequency,
    cast(sum(asylum_seekers) as {{ dbt.type_numeric() }}) as figure,
    'persons' as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_displacement__population') }}
where origin_area in ('SLV', 'GTM', 'HND')
group by origin_area, year, dataset_id, vintage_id

union all

select
    'refugee_arrivals_of_region' as measure,
    'statistic' as kind,
    'USA' as reference_area,
    region_area as counterpart_area,
    {{ fiscal_year_label('fiscal_year') }} as time_period,
    'A' as frequency,
    cast(arrivals as {{ dbt.type_numeric() }}) as figure,
    'persons' as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_pathways__refugee_allocation') }}
where not is_partial_year

{%- for bound in ['low', 'high'] %}

union all

select
    'refugee_ceiling_{{ bound }}' as measure,
    'ceiling' as kind,
    'USA' as reference_area,
    region_area as counterpart_area,
    {{ fiscal_year_label('fiscal_year') }} as time_period,
    'A' as frequency,
    cast(ceiling_{{ bound }} as {{ dbt.type_numeric() }}) as figure,
    'persons' as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_pathways__refugee_allocation') }}
{%- endfor %}

union all

-- Typed by hand from the documents: no dataset stands behind these.
select
    ceiling_id as measure,
    'ceiling' as kind,
    'USA' as reference_area,
    {{ none_text }} as counterpart_area,
    {{ fiscal_year_label('fiscal_year') }} as time_period,
    'A' as frequency,
    cast(ceiling_high as {{ dbt.type_numeric() }}) as figure,
    unit_of_measure,
    {{ none_text }} as dataset_id,
    {{ none_text }} as vintage_id
from {{ ref('ceilings') }}
where ceiling_low = ceiling_high

union all

select
    'response_plan_requirements' as measure,
    'requirement' as kind,
    location_area as reference_area,
    {{ none_text }} as counterpart_area,
    {{ plan_year_label('plan_year') }} as time_period,
    'A' as frequency,
    cast(sum(requirements_usd) as {{ dbt.type_numeric() }}) as figure,
    'usd' as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_funding__appeals') }}
where row_kind = 'country_plan'
    and plan_class = 'response_plan'
group by location_area, plan_year, dataset_id, vintage_id

union all

select
    'h2b_visas_issued' as measure,
    'statistic' as kind,
    'USA' as reference_area,
    {{ none_text }} as counterpart_area,
    {{ fiscal_year_label('fiscal_year') }} as time_period,
    'A' as frequency,
    cast(visas as {{ dbt.type_numeric() }}) as figure,
    'visas' as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_pathways__h2_visas') }}
where nationality_scope = 'all_nationalities'
    and visa_class = 'H-2B'

union all

select
    case mexican.visa_class when 'H-2A' then 'mexican_share_of_h2a_visas' else 'mexican_share_of_h2b_visas' end
        as measure,
    'statistic' as kind,
    'USA' as reference_area,
    mexican.nationality_area as counterpart_area,
    {{ fiscal_year_label('mexican.fiscal_year') }} as time_period,
    'A' as frequency,
    {{ percentage('mexican.visas', 'everyone.visas') }} as figure,
    'percent' as unit_of_measure,
    mexican.dataset_id,
    mexican.vintage_id
from {{ ref('int_pathways__h2_visas') }} as mexican
inner join {{ ref('int_pathways__h2_visas') }} as everyone
    on mexican.fiscal_year = everyone.fiscal_year
    and mexican.visa_class = everyone.visa_class
    and everyone.nationality_scope = 'all_nationalities'
where mexican.nationality_area = 'MEX'
    and mexican.visa_class in ('H-2A', 'H-2B')

union all

select
    'dead_and_missing_americas' as measure,
    'statistic' as kind,
    'AMERICAS' as reference_area,
    {{ none_text }} as counterpart_area,
    {{ year_label('year') }} as time_period,
    'A' as frequency,
    cast(dead_and_missing as {{ dbt.type_numeric() }}) as figure,
    'persons' as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_encounters__migrant_deaths') }}
where route_scope = 'all_routes'
    and not is_partial_year

union all

select
    'southwest_encounters_between_ports' as measure,
    'statistic' as kind,
    'USA' as reference_area,
    {{ none_text }} as counterpart_area,
    time_period,
    'A' as frequency,
    cast(border_patrol_encounters as {{ dbt.type_numeric() }}) as figure,
    'encounters' as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_encounters__between_ports') }}
where period_kind = 'fiscal_year'
    and citizenship_area is null
    and not is_partial_year

union all

select
    'southwest_encounters_between_ports_dhs' as measure,
    'statistic' as kind,
    'USA' as reference_area,
    {{ none_text }} as counterpart_area,
    time_period,
    'A' as frequency,
    cast(encounters_dhs as {{ dbt.type_numeric() }}) as figure,
    'encounters' as unit_of_measure,
    dhs_dataset_id as dataset_id,
    dhs_vintage_id as vintage_id
from {{ ref('int_encounters__border_patrol_by_source') }}
where citizenship_area is null
    and months = 12

union all

select
    measure,
    'statistic' as kind,
    'USA' as reference_area,
    citizenship_area as counterpart_area,
    time_period,
    'M' as frequency,
    cast(value as {{ dbt.type_numeric() }}) as figure,
    unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_legal_processes__figures') }}
where measure = 'chnv_travel_authorizations'
    and period_kind = 'month'
    and citizenship_scope <> 'remainder'
    and value is not null
