{#-
    Comments of a relation and of its columns in one statement. dbt's own macro asks the database for the columns
    twice and sends two statements: a tenth of the time of a build. Contracts and a test hold the columns to the
    described ones, so nothing needs to be asked.
-#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set comments = comment_statements(relation, model) -%}
    {%- if comments -%}
        {%- call statement('comments') -%}{{ comments }}{%- endcall -%}
    {%- endif -%}
{%- endmacro %}

{#- The statements themselves, for those who send them together with what makes the relation. -#}
{% macro comment_statements(relation, model) -%}
    {%- set comments = [] -%}
    {%- if config.persist_relation_docs() and model.description -%}
        {%- do comments.append(
            'comment on ' ~ relation.type ~ ' ' ~ relation ~ ' is ' ~ duckdb_escape_comment(model.description)
        ) -%}
    {%- endif -%}
    {%- if config.persist_column_docs() -%}
        {%- for name, column in model.columns.items() if column.description -%}
            {%- do comments.append(
                'comment on column ' ~ relation ~ '.' ~ name ~ ' is ' ~ duckdb_escape_comment(column.description)
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(comments | join(';\n')) -}}
{%- endmacro %}
