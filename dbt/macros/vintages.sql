{#-
    A subquery: the rows of `relation` that belong to its newest vintage.
    With `per`, the newest vintage is chosen for each value of those columns: a publisher that serves a rolling
    window keeps a closed year in the last file that carried it.
    The text order of vintage_number is the order of the vintages.
-#}
{% macro latest_vintage(relation, per=[]) -%}
    (
        select ranked.*
        from (
            select
                relation_rows.*,
                dense_rank() over (
                    {%- if per %} partition by {{ per | join(', ') }}{% endif %} order by relation_rows.vintage_number desc
                ) as vintage_age
            from {{ relation }} as relation_rows
        ) as ranked
        where ranked.vintage_age = 1
    )
{%- endmacro %}

{#- Provenance of a landed row, under our names. -#}
{% macro provenance_columns() -%}
    {{ source_column('_dataset_id') }} as dataset_id,
    {{ source_column('_vintage_id') }} as vintage_id,
    {{ source_column('_vintage_number') }} as vintage_number,
    {{ source_column('_file') }} as source_file,
    {{ source_column('_record_number') }} as source_record,
    {{ utc_timestamp(source_column('_retrieved_at')) }} as retrieved_at
{%- endmacro %}

{#- ISO 8601 text in UTC as a timestamp without zone. -#}
{% macro utc_timestamp(expression) -%}
    cast(replace(left({{ expression }}, 19), 'T', ' ') as {{ dbt.type_timestamp() }})
{%- endmacro %}
