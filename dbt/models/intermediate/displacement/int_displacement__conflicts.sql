-- IDMC's flow (L3.2) and stock (L3.1) of displacement by conflict. A null figure stays null, a country without a
-- row stays out. The stock has the year of its last real estimate: a run of equal values, a slip of one
-- person among them, is one estimate carried forward.
with figures as (

    select * from {{ latest_vintage(ref('stg_idmc__gidd_conflicts')) }} as newest

),

compared as (

    select
        figures.year,
        labels.area_code,
        figures.new_displacements,
        figures.new_displacements_status,
        figures.idps,
        figures.idps_status,
        case
            when lag(figures.year) over (partition by labels.area_code order by figures.year) = figures.year - 1
                and {{ repeats_estimate(
                    'figures.idps', 'lag(figures.idps) over (partition by labels.area_code order by figures.year)'
                ) }}
                then 0
            else 1
        end as is_new_estimate,
        figures.last_updated,
        figures.dataset_id,
        figures.vintage_id,
        figures.source_file,
        figures.source_record
    from figures
    left join {{ ref('country_labels') }} as labels
        on figures.area_label = labels.label
        and labels.publisher = 'idmc'

),

runs as (

    select
        compared.*,
        idps > 0 and is_new_estimate = 0 as is_carried_forward,
        -- The year before stood at the figure of an older one.
        is_new_estimate = 1
        and lag(is_new_estimate) over (partition by area_code order by year) = 0
        and lag(year) over (partition by area_code order by year) = year - 1
        and idps is not null as is_step_of_method,
        sum(is_new_estimate) over (
            partition by area_code order by year rows between unbounded preceding and current row
        ) as run_number
    from compared

),

profiled as (

    select
        runs.*,
        case when idps > 0 then min(year) over (partition by area_code, run_number) end as last_profiled_year,
        idps = 0 and count(*) over (partition by area_code, run_number) > 1 as is_repeated_zero
    from runs

)

select
    year,
    area_code,
    new_displacements,
    new_displacements_status,
    idps,
    idps_status,
    last_profiled_year,
    year - last_profiled_year as years_carried_forward,
    coalesce(is_carried_forward, false) as is_carried_forward,
    {{ flag_list({
        'carried_forward': 'is_carried_forward',
        'step_of_method': 'is_step_of_method',
        'repeated_zero': 'is_repeated_zero',
        'weak_estimate': 'true',
    }) }} as stock_flags,
    last_updated,
    dataset_id,
    vintage_id,
    source_file,
    source_record
from profiled
