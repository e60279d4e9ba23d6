{#-
    Tables and views on DuckDB, made under their own name in one transaction. dbt's own way (build beside, rename, drop
    the old one) protects readers; the private database of a build has none, and it costs five statements for each model.
    The comments go along with the statement that makes the relation.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- do adapter.ensure_transaction() -%}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ create_table_as(false, target_relation, compiled_code) }};
        {{ comment_statements(target_relation, model) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- do adapter.ensure_transaction() -%}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ get_create_view_as_sql(target_relation, compiled_code) }};
        {{ comment_statements(target_relation, model) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- dbt's own, without a transaction that nothing needs and without storing failures, which the check results hold. -#}
{% materialization test, adapter='duckdb' %}
    {% call statement('main', fetch_result=true, auto_begin=false) -%}
        {{ get_test_sql(
            sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), config.get('limit')
        ) }}
    {%- endcall %}
    {{ return({'relations': []}) }}
{% endmaterialization %}
