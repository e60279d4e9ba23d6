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
        {%- set source_nodes = graph.sources.values() | selectattr('package_name', 'equalto', project_name) | list -%}
        {%- do adapter.dispatch('stage_raw_relations', 'lines_of_effort')(source_nodes) -%}
    {%- endif -%}
{% endmacro %}

{#- Engines that cannot read the landing files in place: ingestion loads them, nothing is made here. -#}
{% macro default__stage_raw_relations(source_nodes) %}
{% endmacro %}

{#- One question to the file system and one statement for all of them: each by itself cost a second of a build. -#}
{% macro duckdb__stage_raw_relations(source_nodes) %}
    {%- set landing = env_var('LOE_LANDING_DIR') -%}
    {%- set own_folders = {
        'history': env_var('LOE_HISTORY_DIR', 'no history'),
        'publication': env_var('LOE_LAST_PUBLICATION_DIR', 'no publication'),
    } -%}
    {%- set globs = [] -%}
    {%- for pattern in [landing ~ '/*/*', own_folders['history'], own_folders['publication'] ~ '/*'] -%}
        {%- set files = dbt.escape_single_quotes(pattern) ~ '/*.parquet' -%}
        {%- do globs.append("select parse_dirpath(file) as folder from glob('" ~ files ~ "')") -%}
    {%- endfor -%}
    {%- set with_files = run_query(globs | join(' union ')).columns[0].values() -%}
    {%- set views = [] -%}
    {%- for source_node in source_nodes -%}
        {%- if source_node.source_name == 'history' -%}
            {%- set folder = own_folders['history'] -%}
        {%- else -%}
            {%- set parent = own_folders.get(source_node.source_name, landing ~ '/' ~ source_node.source_name) -%}
            {%- set folder = parent ~ '/' ~ source_node.name -%}
        {%- endif -%}
        {%- set query = raw_files(source_node, folder) if folder in with_files else no_files(source_node) -%}
        {%- do views.append('create or replace view ' ~ source_node.relation_name ~ ' as ' ~ query) -%}
    {%- endfor -%}
    {%- call statement('stage_raw', auto_begin=false) -%}{{ views | join(';\n') }}{%- endcall -%}
{% endmacro %}

{#- Query of the landed files of a source, without the vintages that are newer than `as_of`. -#}
{% macro raw_files(source_node, folder) -%}
    {%- set files = dbt.escape_single_quotes(folder) ~ '/*.parquet' -%}
    {%- set vintage_column = '_vintage_id' if '_vintage_id' in source_node.columns else 'vintage_id' -%}
    select * from read_parquet('{{ files }}', union_by_name = true)
    {%- if var('as_of', none) and vintage_column in source_node.columns %}
    {#- A vintage id starts with its day. #}
    where left({{ adapter.quote(vintage_column) }}, 10) <= '{{ var('as_of') }}'
    {%- endif -%}
{%- endmacro %}

{#- Query of the declared columns of a source, without a row. -#}
{% macro no_files(source_node) -%}
    {%- set columns = [] -%}
    {%- for name in source_node.columns -%}
        {%- do columns.append('cast(null as varchar) as ' ~ adapter.quote(name)) -%}
    {%- endfor -%}
    select {{ columns | join(', ') }} where false
{%- endmacro %}
