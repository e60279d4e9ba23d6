with footnotes as (

    {{ footnotes_on(ref('int_displacement__internally_displaced'), 'area_code', 'area_code', ['IDP']) }}

)

select
    'L3.1' as indicator_id,
    stocks.year,
    {{ year_end_label('stocks.year') }} as time_period,
    stocks.area_code,
    countries.area_name as country,
    countries.strategy_role,
    stocks.idps as internally_displaced,
    stocks.last_profiled_year,
    stocks.years_carried_forward,
    stocks.is_carried_forward,
    stocks.flags,
    {{ warning_text('stocks.flags') }} as warning,
    footnotes.publisher_footnotes,
    stocks.dataset_id,
    stocks.vintage_id
from {{ ref('int_displacement__internally_displaced') }} as stocks
left join {{ ref('dim_country') }} as countries on stocks.area_code = countries.area_code
left join footnotes
    on stocks.year = footnotes.year
    and stocks.area_code = footnotes.asylum_area
