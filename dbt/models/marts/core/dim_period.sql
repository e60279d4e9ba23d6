-- A hundred years of months, calendar years, year ends, U.S. fiscal years and plan years, made from two digits each.
with digits as (

    select digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as ten (digit)

),

years as (

    select 1950 + 10 * tens.digit + units.digit as year
    from digits as tens
    cross join digits as units

),

months as (

    select
        years.year,
        months.month,
        months.month_name,
        make_date(years.year, months.month, 1) as month_start
    from years
    cross join {{ ref('months') }} as months

)

select
    {{ month_label('month_start') }} as time_period,
    month_name || ' ' || {{ year_label('year') }} as period_name,
    'M' as frequency,
    'calendar' as year_basis,
    month_start as period_start,
    {{ month_end('month_start') }} as period_end,
    year as calendar_year,
    month as calendar_month,
    {{ us_fiscal_year('month_start') }} as us_fiscal_year
from months

union all

select
    {{ year_label('year') }} as time_period,
    'Calendar year ' || {{ year_label('year') }} as period_name,
    'A' as frequency,
    'calendar' as year_basis,
    make_date(year, 1, 1) as period_start,
    make_date(year, 12, 31) as period_end,
    year as calendar_year,
    cast(null as {{ dbt.type_int() }}) as calendar_month,
    cast(null as {{ dbt.type_int() }}) as us_fiscal_year
from years

union all

select
    {{ year_end_label('year') }} as time_period,
    '31 December ' || {{ year_label('year') }} as period_name,
    'A' as frequency,
    'point_in_time' as year_basis,
    make_date(year, 12, 31) as period_start,
    make_date(year, 12, 31) as period_end,
    year as calendar_year,
    12 as calendar_month,
    year + 1 as us_fiscal_year
from years

union all

select
    {{ fiscal_year_label('year') }} as time_period,
    'U.S. fiscal year ' || {{ year_label('year') }} as period_name,
    'A' as frequency,
    'us_fiscal' as year_basis,
    {{ fiscal_period_start('year') }} as period_start,
    {{ fiscal_period_end('year') }} as period_end,
    cast(null as {{ dbt.type_int() }}) as calendar_year,
    cast(null as {{ dbt.type_int() }}) as calendar_month,
    year as us_fiscal_year
from years

union all

select
    {{ plan_year_label('year') }} as time_period,
    'Plan year ' || {{ year_label('year') }} as period_name,
    'A' as frequency,
    'plan' as year_basis,
    make_date(year, 1, 1) as period_start,
    make_date(year, 12, 31) as period_end,
    cast(null as {{ dbt.type_int() }}) as calendar_year,
    cast(null as {{ dbt.type_int() }}) as calendar_month,
    cast(null as {{ dbt.type_int() }}) as us_fiscal_year
from years
