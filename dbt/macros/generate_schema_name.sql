{#- The schema is written as configured: dbt name, database schema and Dagster key stay one string on every target. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
