{#-
    Makes a relation in the schema `landing` for every source, before anything else runs.
    Where no file has landed yet, an empty one with the declared columns takes its place, so that
    the whole project builds on nothing and unit tests find their inputs.
    The variable `as_of` (ISO date) leaves out every vintage retrieved after that day, in the ledger too: what follows
    sees the warehouse as it stood then.
-#}
{% macro stage_raw() %}
    {%- if execute -%}
        {%- do adapter.create_schema(api.Relation.create(database=target.database, schema='landing')) -%}
        {%- for source_node in graph.sources.values() if source_node.package_name == project_name -%}
            {%- do adapter.dispatch('stage_raw_relation', 'lines_of_effort')(source_node) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{#- Engines that cannot read the landing files in place: ingestion loads them, nothing is made here. -#}
{% macro default__stage_raw_relation(source_node) %}
{% endmacro %}

{% macro duckdb__stage_raw_relation(source_node) %}
    {%- set landed = env_var('LOE_LANDING_DIR') ~ '/' ~ source_node.source_name ~ '/' ~ source_node.name -%}
    {%- set own_folders = {
        'history': env_var('LOE_HISTORY_DIR', 'no history'),
        'publication': env_var('LOE_LAST_PUBLICATION_DIR', 'no publication') ~ '/' ~ source_node.name,
    } -%}
    {%- set files = own_folders.get(source_node.source_name, landed) ~ '/*.parquet' -%}
    {%- set files = dbt.escape_single_quotes(files) -%}
    {%- set found = run_query("select count(*) from glob('" ~ files ~ "')").columns[0].values()[0] -%}
    {%- if found -%}
        {%- set query = "select * from read_parquet('" ~ files ~ "', union_by_name = true)" -%}
        {%- set vintage_column = '_vintage_id' if '_vintage_id' in source_node.columns else 'vintage_id' -%}
        {%- if var('as_of', none) and vintage_column in source_node.columns -%}
            {#- A vintage id starts with its day. -#}
            {%- set day = 'left(' ~ adapter.quote(vintage_column) ~ ', 10)' -%}
            {%- set query = query ~ ' where ' ~ day ~ " <= '" ~ var('as_of') ~ "'" -%}
        {%- endif -%}
    {%- else -%}
        {%- set columns = [] -%}
        {%- for name in source_node.columns -%}
            {%- do columns.append('cast(null as varchar) as ' ~ adapter.quote(name)) -%}
        {%- endfor -%}
        {%- set query = 'select ' ~ columns | join(', ') ~ ' where false' -%}
    {%- endif -%}
    {%- do run_query('create or replace view ' ~ source_node.relation_name ~ ' as ' ~ query) -%}
{% endmacro %}
