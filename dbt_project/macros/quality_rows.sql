{#- `quality_rows(kind)`: what judging and landing left in the lake, of all sources, as a relation.
    kind: 'result' (every rule on every delivery), 'rejected' (rows set aside, each whole),
    'verdict' (every delivery), 'refused' (files and sources that did not land).
    DuckDB reads the Parquet files in place; PostgreSQL reads ops.quality_<kind>, which the
    pipeline keeps in step with them. Columns that came later are null in older files. -#}
{% macro quality_rows(kind) %}{{ return(adapter.dispatch('quality_rows')(kind)) }}{% endmacro %}

{% macro quality_columns(kind) %}
    {%- set columns = {
        'result': 'source, load_id, delivery, table_name, rule_id, severity, sentence, failed_rows, total_rows, passed, rules_hash, judged_at, dimension',
        'rejected': 'source, load_id, delivery, table_name, row_no, rule_id, severity, reason, address, record, known_at',
        'verdict': 'source, load_id, delivery, decision, reason, rules_hash, judged_at, recheck_after, label, known_at',
        'refused': 'source, label, kind, reason, mend, first_seen, last_seen, is_present',
    } -%}
    {{ return(columns[kind]) }}
{% endmacro %}

{% macro duckdb__quality_rows(kind) %}
    (
        select {{ quality_columns(kind) }}
        from read_parquet('{{ lake() }}/_quality/{{ kind }}/*.parquet', union_by_name = true)
    )
{% endmacro %}

{% macro postgres__quality_rows(kind) %}
    (select {{ quality_columns(kind) }} from ops.quality_{{ kind }})
{% endmacro %}
