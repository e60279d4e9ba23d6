-- L8.8: lawful ways against encounters between ports, for each nationality and whole fiscal year of encounters. There
-- is no ratio where a part is not held: a sum of some of the parts would be another indicator. Paroles of the process
-- for four nationalities are no part of it before the process began (October 2022), nor for anybody else. Encounters
-- are those of the Border Patrol that DHS prints: CBP's own file names four citizenships only.
{%- set parts = ['refugee_arrivals', 'h2a_visas', 'h2b_visas', 'immigrant_visas'] -%}
{%- set first_year_of_chnv = 2023 %}
with refugees as (

    select
        fiscal_year,
        nationality_area,
        sum(arrivals) as refugee_arrivals
    from {{ ref('int_pathways__refugee_arrivals') }}
    where not is_partial_year
        and nationality_area is not null
    group by fiscal_year, nationality_area
    having count(arrivals) = count(*)

),

h2_visas as (

    select
        fiscal_year,
        nationality_area,
        max(case when visa_class = 'H-2A' then visas end) as h2a_visas,
        max(case when visa_class = 'H-2B' then visas end) as h2b_visas
    from {{ ref('int_pathways__h2_visas') }}
    where nationality_area is not null
    group by fiscal_year, nationality_area

),

whole_years_of_immigrant_visas as (

    select
        fiscal_year,
        max(dataset_id) as dataset_id,
        max(vintage_id) as vintage_id
    from {{ ref('int_pathways__immigrant_visas') }}
    group by fiscal_year
    having count(distinct month_start) = 12
        and count(visas) = count(*)

),

immigrant_visas as (

    select
        visas.fiscal_year,
        visas.chargeability_area as nationality_area,
        sum(visas.visas) as immigrant_visas,
        whole_years.dataset_id,
        whole_years.vintage_id
    from {{ ref('int_pathways__immigrant_visas') }} as visas
    inner join whole_years_of_immigrant_visas as whole_years on visas.fiscal_year = whole_years.fiscal_year
    where visas.chargeability_area is not null
    group by visas.fiscal_year, visas.chargeability_area, whole_years.dataset_id, whole_years.vintage_id

),

paroles as (

    select
        fiscal_year,
        citizenship_area as nationality_area,
        value as chnv_paroles
    from {{ ref('int_legal_processes__figures') }}
    where measure = 'chnv_paroles'
        and period_kind = 'year_total'
        and citizenship_scope = 'citizenship'
        and not is_partial_year

),

border_patrol as (

    select
        newest.fiscal_year,
        labels.area_code as nationality_area,
        newest.encounters as between_ports_encounters,
        newest.dataset_id,
        newest.vintage_id
    from {{ latest_vintage(ref('stg_dhs_ohss__khsm_encounters')) }} as newest
    inner join {{ ref('country_labels') }} as labels
        on newest.citizenship = labels.label and labels.publisher = 'dhs_ohss'
    inner join (
        select fiscal_year
        from {{ latest_vintage(ref('stg_dhs_ohss__khsm_encounters')) }} as months
        where months.period_kind = 'month' and months.region = 'Southwest Land Border'
        group by fiscal_year
        having count(distinct month_start) = 12
    ) as whole_years on newest.fiscal_year = whole_years.fiscal_year
    where newest.period_kind = 'fiscal_year' and newest.region = 'Southwest Land Border'

),

assembled as (

    select
        border_patrol.fiscal_year,
        border_patrol.nationality_area,
        countries.strategy_role,
        cast(refugees.refugee_arrivals as {{ dbt.type_bigint() }}) as refugee_arrivals,
        cast(h2_visas.h2a_visas as {{ dbt.type_bigint() }}) as h2a_visas,
        cast(h2_visas.h2b_visas as {{ dbt.type_bigint() }}) as h2b_visas,
        cast(immigrant_visas.immigrant_visas as {{ dbt.type_bigint() }}) as immigrant_visas,
        cast(paroles.chnv_paroles as {{ dbt.type_bigint() }}) as chnv_paroles,
        border_patrol.fiscal_year >= {{ first_year_of_chnv }}
        and ',' || chnv.area_codes || ',' like '%,' || border_patrol.nationality_area || ',%' as is_chnv_applicable,
        cast(border_patrol.between_ports_encounters as {{ dbt.type_bigint() }}) as between_ports_encounters,
        border_patrol.dataset_id,
        border_patrol.vintage_id,
        immigrant_visas.dataset_id as immigrant_visas_dataset_id,
        immigrant_visas.vintage_id as immigrant_visas_vintage_id
    from border_patrol
    inner join {{ ref('countries') }} as countries
        on border_patrol.nationality_area = countries.area_code
        and countries.strategy_role in ('priority_origin', 'partner', 'origin_only')
    inner join {{ ref('indicator_scopes') }} as chnv on chnv.indicator_id = 'L8.6'
    {%- for relation in ['refugees', 'h2_visas', 'immigrant_visas', 'paroles'] %}
    left join {{ relation }}
        on border_patrol.fiscal_year = {{ relation }}.fiscal_year
        and border_patrol.nationality_area = {{ relation }}.nationality_area
    {%- endfor %}

),

judged as (

    select
        *,
        nullif(
            concat_ws(
                ','
                {%- for part in parts %},
                case when {{ part }} is null then '{{ part }}' end
                {%- endfor %},
                case when chnv_paroles is null and is_chnv_applicable then 'chnv_paroles' end
            ),
            ''
        ) as parts_missing,
        {{ parts | join(' + ') }} + case when is_chnv_applicable then chnv_paroles else 0 end as all_parts
    from assembled

)

select
    fiscal_year,
    nationality_area,
    strategy_role,
    refugee_arrivals,
    h2a_visas,
    h2b_visas,
    immigrant_visas,
    chnv_paroles,
    is_chnv_applicable,
    between_ports_encounters,
    parts_missing,
    case when parts_missing is null then {{ ratio('all_parts', 'between_ports_encounters') }} end
        as lawful_to_irregular_ratio,
    {{ flag_list({
        'preliminary': 'immigrant_visas is not null',
        'rounded_to_ten': 'true',
        'small_rounded_base': 'between_ports_encounters < 1000',
        'chnv_confirmed_only': 'chnv_paroles is not null',
        'kinds_added_up': 'parts_missing is null',
    }) }} as flags,
    dataset_id,
    vintage_id,
    immigrant_visas_dataset_id,
    immigrant_visas_vintage_id
from judged
