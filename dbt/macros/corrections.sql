{#-
    Corrections of what a publisher printed wrongly: rows of the seed `corrections`, never a number in the code.
    A staging view that can be corrected reads `corrected_source(...)` instead of its source: the landed columns,
    for each of `columns` the corrected one (see `corrected_name`), and `correction_ids`, which lists what was corrected in
    the record (null: nothing). The record is found
    by `key`, source columns whose names and values the seed has joined by '|' (an empty value as nothing), and only
    where the published value still stands there, letter for letter. Landing keeps what was published.
-#}
{% macro corrected_source(publisher, table, columns, key) -%}
    {%- set published = source(publisher, table) -%}
    {%- set record_key = [] -%}
    {%- for name in key -%}
        {%- do record_key.append("coalesce(published." ~ source_column(name) ~ ", '')") -%}
    {%- endfor -%}
    (
        select
            published.*,
            {%- for name in columns %}
            coalesce(correction_{{ loop.index }}.corrected_value, published.{{ source_column(name) }})
                as {{ corrected_name(name) }},
            {%- endfor %}
            nullif(
                concat_ws(
                    ','
                    {%- for name in columns %}, correction_{{ loop.index }}.correction_id{% endfor %}
                ),
                ''
            ) as correction_ids
        from {{ published }} as published
        {%- for name in columns %}
        left join {{ ref('corrections') }} as correction_{{ loop.index }}
            on correction_{{ loop.index }}.dataset_id = '{{ publisher }}/{{ table }}'
            and correction_{{ loop.index }}.column_name = '{{ name }}'
            and correction_{{ loop.index }}.key_columns = '{{ key | join("|") }}'
            and correction_{{ loop.index }}.published_value = published.{{ source_column(name) }}
            and correction_{{ loop.index }}.record_key = {{ record_key | join(" || '|' || ") }}
        {%- endfor %}
    )
{%- endmacro %}

{#- The corrected column of `corrected_source`. -#}
{% macro corrected_name(name) -%}
    {{ source_column('corrected_' ~ name) }}
{%- endmacro %}
