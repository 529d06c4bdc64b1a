{#- How tables and views are made on DuckDB. The adapter's own way looks for indexes, foreign keys
    and grants and swaps names, for the sake of whoever reads the database meanwhile: twenty
    statements a model, most of the time of an incremental build. Nobody reads a build before it
    is published, so what stands there is dropped and made again in one transaction. -#}
{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ return(replaced(target, create_table_as(False, target, compiled_code))) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {{ return(replaced(target, create_view_as(target, compiled_code))) }}
{% endmaterialization %}

{% macro replaced(target, create) %}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {{ drop_relation_if_exists(existing) }}
    {%- call statement('main') -%}{{ create }}{%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmacro %}
