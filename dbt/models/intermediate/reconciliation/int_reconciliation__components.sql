{#- Parts of indicators that published headlines are about and that are no indicator of their own. -#}
{%- set none_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{%- for part, column in {
    'asylum_recognized': 'recognized', 'asylum_complementary': 'complementary', 'asylum_rejected': 'rejected'
}.items() %}
select
    '{{ part }}' as measure,
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
    'USA' as reference_area,
    region_area as counterpart_area,
    {{ fiscal_year_label('fiscal_year') }} as time_period,
    'A' as frequency,
    cast(arrivals as {{ dbt.type_numeric() }}) as figure,
    'persons' as unit_of_measure,
    dataset_id,
    vintage_id
from {{ ref('int_pathways__refugee_allocation') }}

union all

select
    'h2b_visas_issued' as measure,
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
    'dead_and_missing_americas' as measure,
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

union all

select
    'southwest_encounters_between_ports' as measure,
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
