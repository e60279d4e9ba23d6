{#-
    Class of a change between two publications: large, moderate or small. The two thresholds stand here and nowhere else.
    `percent` is what moved as a share of what was there; `percent_of_usual` is the move as a share of the usual size of
    the measure.
    25 and 5: a quarter is the bound at which the gates hold a release that loses rows, and the bound of the warning on
    closed periods; publishers revise closed figures by a few per cent at most (the largest in the recordings is 6.8), so
    5 parts routine from what a reader should look at.
    1: where a measure counts thousands, 1 person who becomes 2 is a hundred per cent and no news.
-#}
{% macro change_size(percent, percent_of_usual) -%}
    case
        when {{ percent_of_usual }} < 1 then 'small'
        when {{ percent }} >= 25 then 'large'
        when {{ percent }} >= 5 then 'moderate'
        else 'small'
    end
{%- endmacro %}

{#-
    table_name and row_count of every table of this build that readers get, as they are when the model is built: a
    model that asks for them must be built last. The two tables of changes themselves are left out.
-#}
{% macro published_row_counts() -%}
    {%- set tables = [] -%}
    {%- if execute -%}
        {%- set query -%}
            select table_schema, table_name
            from information_schema.tables
            where table_schema in ('core', 'scorecard', 'quality', 'reference') or table_schema like 'loe\_%' escape '\'
            order by table_schema, table_name
        {%- endset -%}
        {%- set tables = run_query(query).rows -%}
    {%- endif -%}
    {%- for schema, table in tables if not table.startswith('publication_') %}
    select
        '{{ schema }}.{{ table }}' as table_name,
        count(*) as row_count
    from {{ api.Relation.create(database=target.database, schema=schema, identifier=table) }}
    union all
    {%- endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as table_name,
        cast(null as {{ dbt.type_bigint() }}) as row_count
    where false
{%- endmacro %}
