-- U.S. foreign assistance by recipient, sector and fiscal year. Obligations and disbursements are two accounts of the
-- same money and stand in columns of their own. A sector that may serve several lines is given to none of them.
with figures as (

    select * from {{ latest_vintage(ref('stg_foreign_assistance__complete')) }} as newest
    where transaction_type_id in ('2', '3') and fiscal_year is not null

)

select
    figures.recipient_code,
    figures.recipient_name,
    figures.fiscal_year,
    coalesce(figures.us_category, 'not stated') as us_category,
    coalesce(figures.us_sector, 'not stated') as us_sector,
    sectors.lines_of_effort as possible_lines_of_effort,
    case
        when sectors.lines_of_effort is null then 'no_line'
        when sectors.lines_of_effort like '%,%' then 'several_lines'
        else 'one_line'
    end as allocation,
    cast(
        sum(case when figures.transaction_type_id = '2' then figures.current_usd end) as {{ dbt.type_numeric() }}
    ) as obligations_usd,
    cast(
        sum(case when figures.transaction_type_id = '3' then figures.current_usd end) as {{ dbt.type_numeric() }}
    ) as disbursements_usd,
    figures.dataset_id,
    figures.vintage_id
from figures
left join {{ ref('sector_to_loe') }} as sectors on figures.us_sector = sectors.us_sector
group by
    figures.recipient_code, figures.recipient_name, figures.fiscal_year, figures.us_category, figures.us_sector,
    sectors.lines_of_effort, figures.dataset_id, figures.vintage_id
