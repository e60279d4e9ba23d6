-- Every observation in every state of the datasets that it rests on. A state is what was known when a vintage was the
-- newest of its dataset, all other datasets being at their newest. The newest states are fct_observations itself; the
-- older ones come from the same models over the older vintages.
with newest_states as (

    select
        {{ observation_column_names() | join(',\n        ') }},
        dataset_id as state_dataset_id
    from {{ ref('fct_observations') }}

    union all

    -- A ratio over two datasets moves when either does.
    select
        {{ observation_column_names() | join(',\n        ') }},
        second_dataset_id as state_dataset_id
    from {{ ref('fct_observations') }}
    where second_dataset_id is not null
        and second_dataset_id <> dataset_id

),

all_states as (

    select
        newest_states.*,
        sources.newest_vintage_id as state_vintage_id,
        true as is_newest_state
    from newest_states
    inner join {{ ref('dim_source') }} as sources on newest_states.state_dataset_id = sources.dataset_id

    union all

    select
        {{ observation_column_names() | join(',\n        ') }},
        state_dataset_id,
        state_vintage_id,
        false as is_newest_state
    from {{ ref('stg_history__observations') }}

)

select
    {% for name in observation_column_names() -%}
    all_states.{{ name }},
    {% endfor -%}
    all_states.state_dataset_id,
    all_states.state_vintage_id,
    vintages.vintage_number as state_vintage_number,
    vintages.retrieved_at as state_retrieved_at,
    all_states.is_newest_state
from all_states
left join {{ ref('dim_vintage') }} as vintages
    on all_states.state_dataset_id = vintages.dataset_id
    and all_states.state_vintage_id = vintages.vintage_id
