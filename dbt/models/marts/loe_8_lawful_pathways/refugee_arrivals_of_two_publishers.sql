{%- set flags = {
    'rounded_to_ten': 'true',
    'counted_toward_2018': 'yearbook.fiscal_year = 2018 and prm.arrivals is not null',
} -%}

-- Two counts of the same arrivals side by side, never joined into one series.
with prm as (

    select
        fiscal_year,
        'nationality' as nationality_scope,
        nationality_area,
        sum(arrivals) as arrivals,
        dataset_id,
        vintage_id
    from {{ ref('int_pathways__refugee_arrivals') }}
    where not is_partial_year
    group by fiscal_year, nationality_area, dataset_id, vintage_id
    union all
    select
        fiscal_year,
        'all_nationalities' as nationality_scope,
        cast(null as {{ dbt.type_string() }}) as nationality_area,
        arrivals,
        dataset_id,
        vintage_id
    from {{ ref('int_pathways__refugee_allocation') }}
    where region_area = 'PRM_ALL' and not is_partial_year

)

select
    'L8.2' as indicator_id,
    yearbook.fiscal_year,
    {{ fiscal_year_label('yearbook.fiscal_year') }} as time_period,
    yearbook.nationality_scope,
    yearbook.nationality_label,
    yearbook.nationality_area,
    nationalities.area_name as nationality,
    yearbook.persons as arrivals_dhs,
    cast(prm.arrivals as bigint) as arrivals_state,
    cast(yearbook.persons - prm.arrivals as bigint) as difference,
    {{ flag_list(flags) }} as flags,
    {{ warning_text(flag_list(flags), only=flags) }} as warning,
    yearbook.dataset_id,
    yearbook.vintage_id,
    prm.dataset_id as second_dataset_id,
    prm.vintage_id as second_vintage_id
from {{ ref('int_pathways__yearbook') }} as yearbook
left join prm
    on yearbook.fiscal_year = prm.fiscal_year
    and yearbook.nationality_scope = prm.nationality_scope
    and (yearbook.nationality_area = prm.nationality_area or prm.nationality_area is null)
left join {{ ref('dim_country') }} as nationalities on yearbook.nationality_area = nationalities.area_code
where yearbook.measure = 'refugee_arrivals'
