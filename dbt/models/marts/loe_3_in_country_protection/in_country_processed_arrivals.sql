with arrivals as (

    select
        arrivals.fiscal_year,
        arrivals.nationality_area,
        cast(sum(arrivals.arrivals) as {{ dbt.type_bigint() }}) as arrivals,
        max(arrivals.as_of_date) as as_of_date,
        {{ flag_list({
            'partial_year': 'max(case when arrivals.is_partial_year then 1 else 0 end) = 1',
            'upper_bound': 'true',
            'counted_toward_2018': 'arrivals.fiscal_year = 2018',
        }) }} as flags,
        arrivals.dataset_id,
        arrivals.vintage_id
    from {{ ref('int_pathways__refugee_arrivals') }} as arrivals
    inner join {{ ref('dim_country') }} as countries
        on arrivals.nationality_area = countries.area_code and countries.strategy_role = 'priority_origin'
    group by arrivals.fiscal_year, arrivals.nationality_area, arrivals.dataset_id, arrivals.vintage_id

)

select
    'L3.6' as indicator_id,
    arrivals.fiscal_year,
    {{ fiscal_year_label('arrivals.fiscal_year') }} as time_period,
    arrivals.nationality_area,
    countries.area_name as nationality,
    arrivals.arrivals as arrivals_upper_bound,
    arrivals.as_of_date,
    arrivals.flags,
    {{ warning_text('arrivals.flags') }} as warning,
    arrivals.dataset_id,
    arrivals.vintage_id
from arrivals
left join {{ ref('dim_country') }} as countries on arrivals.nationality_area = countries.area_code
