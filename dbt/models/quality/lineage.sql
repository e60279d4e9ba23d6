{%- set subjects = [
    'context', 'displacement', 'encounters', 'funding', 'labor', 'legal_processes', 'pathways', 'protection', 'regional'
] -%}

with records as (
    {%- for subject in subjects %}
    select * from {{ ref('int_' ~ subject ~ '__lineage') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    records.observation_key,
    observations.indicator_id,
    observations.measure,
    records.component,
    records.dataset_id,
    records.vintage_id,
    records.source_file as file_name,
    records.landing_field,
    cast(count(*) as {{ dbt.type_bigint() }}) as record_count,
    cast(sum(records.record_value) as {{ dbt.type_numeric() }}) as component_value,
    {{ dbt.listagg('records.source_record', "'|'", 'order by records.source_record') }} as records
from records
inner join {{ ref('fct_observations') }} as observations
    on records.observation_key = observations.observation_key
    and observations.observation_value is not null
where records.record_value is not null
group by
    records.observation_key, observations.indicator_id, observations.measure, records.component, records.dataset_id,
    records.vintage_id, records.source_file, records.landing_field
