-- IDP stocks with the year of the last real estimate. A run of equal values is one estimate carried forward, also where
-- one person slipped in or out (El Salvador 2017 to 2019: 71,500, 71,501, 71,500). A run of zeros is no estimate.
with stocks as (

    select
        year,
        asylum_area as area_code,
        idps,
        is_provisional,
        dataset_id,
        vintage_id
    from {{ ref('int_displacement__population') }}
    where origin_area = asylum_area
        and idps_status = 'reported'

),

compared as (

    select
        stocks.*,
        case
            when lag(year) over (partition by area_code order by year) = year - 1
                and {{ repeats_estimate('idps', 'lag(idps) over (partition by area_code order by year)') }}
                then 0
            else 1
        end as is_new_estimate
    from stocks

),

runs as (

    select
        compared.*,
        -- The year before stood at the figure of an older one, a zero among them.
        is_new_estimate = 1
        and lag(is_new_estimate) over (partition by area_code order by year) = 0
        and lag(year) over (partition by area_code order by year) = year - 1 as is_step_of_method,
        sum(is_new_estimate) over (
            partition by area_code order by year rows between unbounded preceding and current row
        ) as run_number
    from compared

),

profiled as (

    select
        year,
        area_code,
        idps,
        -- A zero is no estimate that could grow old.
        case when idps > 0 then min(year) over (partition by area_code, run_number) end as last_profiled_year,
        is_new_estimate = 0 and idps > 0 as is_carried_forward,
        idps = 0 and count(*) over (partition by area_code, run_number) > 1 as is_repeated_zero,
        is_step_of_method,
        is_provisional,
        dataset_id,
        vintage_id
    from runs

)

select
    year,
    area_code,
    idps,
    last_profiled_year,
    year - last_profiled_year as years_carried_forward,
    is_carried_forward,
    {{ flag_list({
        'provisional': 'is_provisional',
        'carried_forward': 'is_carried_forward',
        'step_of_method': 'is_step_of_method',
        'repeated_zero': 'is_repeated_zero',
        'small_counts': holds_small_counts(['idps']),
        'weak_estimate': 'true',
    }) }} as flags,
    dataset_id,
    vintage_id
from profiled
