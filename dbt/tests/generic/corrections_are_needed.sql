{#-
    Every row of the seed `corrections` for the dataset is applied to a record of the newest vintage of the model (a
    staging view with `correction_ids`). Returns those that are not: the source no longer prints the bad value, so
    remove the correction; or its key, column or value is written wrongly. A dataset that has not landed passes.
-#}
{% test corrections_are_needed(model, dataset_id) %}
with newest as (

    select correction_ids from {{ latest_vintage(model) }} as newest_records

)

select
    corrections.correction_id,
    corrections.record_key,
    corrections.column_name,
    corrections.published_value,
    'remove the correction' as what_to_do
from {{ ref('corrections') }} as corrections
where corrections.dataset_id = '{{ dataset_id }}'
    and exists (select 1 from newest)
    and not exists (
        select 1 from newest
        where ',' || newest.correction_ids || ',' like '%,' || corrections.correction_id || ',%'
    )
{% endtest %}
