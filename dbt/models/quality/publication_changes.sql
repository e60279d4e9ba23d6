-- Figures of this build against those of the publication that is up while it is made: added, removed, revised.
-- A row without a value holds no figure, so a figure is added when its value appears and removed when it goes.
with previous_rows as (

    select * from {{ ref('stg_publication__observations') }}

),

last_publication as (

    select distinct
        previous_build_id,
        code_changed
    from previous_rows

),

new_vintages as (

    select
        vintages.dataset_id,
        vintages.vintage_id
    from {{ ref('dim_vintage') }} as vintages
    left join {{ ref('stg_publication__vintages') }} as known
        on vintages.dataset_id = known.dataset_id
        and vintages.vintage_id = known.vintage_id
    where vintages.status = 'promoted'
        and known.vintage_id is null

),

renewed_datasets as (

    select distinct dataset_id from new_vintages

),

matched as (

    select
        last_publication.previous_build_id,
        last_publication.code_changed,
        coalesce(figures.observation_key, previous_rows.observation_key) as observation_key,
        coalesce(figures.line_of_effort, previous_rows.line_of_effort) as line_of_effort,
        coalesce(figures.indicator_id, previous_rows.indicator_id) as indicator_id,
        coalesce(figures.measure, previous_rows.measure) as measure,
        coalesce(figures.reference_area, previous_rows.reference_area) as reference_area,
        coalesce(figures.counterpart_area, previous_rows.counterpart_area) as counterpart_area,
        coalesce(figures.time_period, previous_rows.time_period) as time_period,
        coalesce(figures.period_end, previous_rows.period_end) as period_end,
        coalesce(figures.unit_of_measure, previous_rows.unit_of_measure) as unit_of_measure,
        coalesce(figures.dataset_id, previous_rows.dataset_id) as dataset_id,
        coalesce(figures.second_dataset_id, previous_rows.second_dataset_id) as second_dataset_id,
        previous_rows.dataset_id as previous_dataset_id,
        figures.vintage_id,
        figures.second_vintage_id,
        previous_rows.observation_value as previous_value,
        figures.observation_value,
        case
            when previous_rows.observation_value is null then 'added'
            when figures.observation_value is null then 'removed'
            else 'revised'
        end as change_kind
    from {{ ref('fct_observations') }} as figures
    full outer join previous_rows on figures.observation_key = previous_rows.observation_key
    cross join last_publication
    where figures.observation_value is not null
        or previous_rows.observation_value is not null

),

measured as (

    select
        matched.*,
        observation_value - previous_value as difference,
        avg(abs(coalesce(previous_value, observation_value)))
            over (partition by measure, unit_of_measure) as usual_value,
        count(*) over (partition by dataset_id, change_kind) as figures_of_kind,
        count(previous_value) over (partition by dataset_id) as figures_before
    from matched

),

different as (

    select
        measured.*,
        {{ percentage('difference', 'abs(previous_value)') }} as percent_change,
        coalesce(
            {{ percentage('abs(coalesce(difference, previous_value, observation_value))', 'usual_value') }}, 100
        ) as percent_of_usual,
        coalesce({{ percentage('figures_of_kind', 'figures_before') }}, 100) as percent_of_dataset
    from measured
    where change_kind <> 'revised'
        or difference <> 0

),

sized as (

    select
        different.*,
        case
            when change_kind = 'revised'
                then {{ change_size('coalesce(abs(percent_change), 100)', 'percent_of_usual') }}
            else {{ change_size('percent_of_dataset', '100') }}
        end as change_size
    from different

)

select
    sized.previous_build_id,
    sized.observation_key,
    sized.line_of_effort,
    sized.indicator_id,
    sized.measure,
    sized.reference_area,
    sized.counterpart_area,
    sized.time_period,
    sized.period_end,
    sized.unit_of_measure,
    sized.dataset_id,
    sized.change_kind,
    cast(sized.previous_value as {{ dbt.type_numeric() }}) as previous_value,
    cast(sized.observation_value as {{ dbt.type_numeric() }}) as observation_value,
    cast(sized.difference as {{ dbt.type_numeric() }}) as difference,
    sized.percent_change,
    cast(sized.percent_of_usual as {{ dbt.type_numeric() }}) as percent_of_usual,
    sized.change_size,
    cast(row_number() over (
        order by
            case sized.change_size when 'large' then 1 when 'moderate' then 2 else 3 end asc,
            sized.percent_of_usual desc,
            sized.observation_key asc
    ) as {{ dbt.type_bigint() }}) as change_rank,
    case
        when first_vintage.vintage_id is not null or second_vintage.vintage_id is not null then 'new_vintage'
        when coalesce(first_dataset.dataset_id, second_dataset.dataset_id, previous_dataset.dataset_id) is not null
            and (sized.change_kind = 'removed' or not sized.code_changed) then 'new_vintage'
        else 'code_or_rules'
    end as cause,
    sized.code_changed
from sized
left join new_vintages as first_vintage
    on sized.dataset_id = first_vintage.dataset_id
    and sized.vintage_id = first_vintage.vintage_id
left join new_vintages as second_vintage
    on sized.second_dataset_id = second_vintage.dataset_id
    and sized.second_vintage_id = second_vintage.vintage_id
left join renewed_datasets as first_dataset on sized.dataset_id = first_dataset.dataset_id
left join renewed_datasets as second_dataset on sized.second_dataset_id = second_dataset.dataset_id
left join renewed_datasets as previous_dataset on sized.previous_dataset_id = previous_dataset.dataset_id
