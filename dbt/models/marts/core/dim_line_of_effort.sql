with counted as (

    select
        line_of_effort,
        count(*) as indicators_defined,
        sum(case when computation_status = 'computed' then 1 else 0 end) as indicators_computed
    from {{ ref('indicators') }}
    where line_of_effort is not null
    group by line_of_effort

)

select
    lines.line_of_effort,
    lines.schema_name,
    lines.name,
    lines.aim,
    lines.gap,
    cast(counted.indicators_defined as {{ dbt.type_int() }}) as indicators_defined,
    cast(counted.indicators_computed as {{ dbt.type_int() }}) as indicators_computed
from {{ ref('lines_of_effort') }} as lines
left join counted on lines.line_of_effort = counted.line_of_effort
