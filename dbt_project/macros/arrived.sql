{#- `arrived(source, table)`: the rows that a hist model has not taken in yet, as a relation.
    Only rows of completed loads, of deliveries that judging accepted, without the rows it set
    aside; every row once. A full refresh gives all of them: the lake is the memory.
    DuckDB reads the Parquet files in place; PostgreSQL reads raw_<source>, where the pipeline
    copied the same rows. -#}
{% macro arrived(source, table) %}{{ return(adapter.dispatch('arrived')(source, table)) }}{% endmacro %}

{#- `accepted(source)`: one row per delivery that may be built from: load_id, delivery, loaded_at. -#}
{% macro accepted(source) %}{{ return(adapter.dispatch('accepted')(source)) }}{% endmacro %}

{#- Post-hook of a hist model: remember, in the same transaction, what was taken. -#}
{% macro mark_arrived(source) %}
    insert into ops.taken (model, load_id, delivery)
    select '{{ this.identifier }}', a.load_id, a.delivery
    from {{ accepted(source) }} as a
    where {{ not_taken(this.identifier, 'a.load_id', 'a.delivery') }}
{% endmacro %}

{#- Predicate of an incremental core model: rows of `hist` it has not worked in yet. -#}
{% macro new_loads(hist, alias='') %}
    {%- set prefix = alias ~ '.' if alias else '' -%}
    {%- if is_incremental() -%}
        {{ not_taken(this.identifier, prefix ~ 'load_id', prefix ~ '_delivery') }}
    {%- else -%} true
    {%- endif -%}
{% endmacro %}

{#- Post-hook of an incremental core model that reads `hist` through new_loads. -#}
{% macro mark_taken(hist) %}
    insert into ops.taken (model, load_id, delivery)
    select '{{ this.identifier }}', a.load_id, a.delivery
    from ops.taken as a
    where a.model = '{{ hist.identifier }}'
      and {{ not_taken(this.identifier, 'a.load_id', 'a.delivery') }}
{% endmacro %}

{% macro not_taken(model, load_id, delivery) -%}
    not exists (
        select 1 from ops.taken as t
        where t.model = '{{ model }}' and t.load_id = {{ load_id }} and t.delivery = {{ delivery }}
    )
{%- endmacro %}

{% macro lake() %}{{ return(env_var('KHO_LAKE', 'var/lake')) }}{% endmacro %}

{% macro duckdb__accepted(source) %}
    (
        select v.load_id, v.delivery, l.inserted_at::timestamptz as loaded_at
        from read_parquet('{{ lake() }}/_quality/verdict/{{ source }}.*.parquet') as v
        inner join read_json(
            '{{ lake() }}/{{ source }}/_dlt_loads/*.jsonl', format = 'newline_delimited',
            columns = {load_id: 'varchar', status: 'bigint', inserted_at: 'varchar'}
        ) as l on l.load_id = v.load_id and l.status = 0
        where v.decision = 'accepted'
    )
{% endmacro %}

{#- The files that may hold rows not taken in yet. `<load_id>.compact.parquet` stands for all
    loads up to its own (see connectors/lake_files.py). -#}
{% macro files_to_read(source, folder) %}
    with files as (
        select
            g.file,
            regexp_extract(parse_filename(g.file), '^([0-9]+[.][0-9]+)[.]', 1) as load_id,
            g.file like '%.compact.parquet' as is_compact
        from glob('{{ folder }}/*.parquet') as g
    ),
    newest as (select max(f.load_id) as load_id from files as f where f.is_compact),
    wanted as (
        select a.load_id from {{ accepted(source) }} as a
        {%- if is_incremental() %}
        where {{ not_taken(this.identifier, 'a.load_id', 'a.delivery') }}
        {%- endif %}
    )
    select f.file
    from files as f
    cross join newest as n
    where (f.is_compact and f.load_id = n.load_id
           and exists (select 1 from wanted as w where w.load_id <= n.load_id))
       or (not f.is_compact and f.load_id > coalesce(n.load_id, '')
           and f.load_id in (select w.load_id from wanted as w))
    order by f.file
{% endmacro %}

{% macro duckdb__arrived(source, table) %}
    {%- set folder = lake() ~ '/' ~ source ~ '/' ~ table -%}
    {%- set files = [] -%}
    {%- if execute -%}
        {%- set files = run_query(files_to_read(source, folder)).columns[0].values() -%}
    {%- endif -%}
    (
        select c.*, a.load_id, a.loaded_at
        from read_parquet(
            [{% for file in files %}'{{ file }}', {% endfor %}'{{ folder }}/0.empty.parquet'],
            union_by_name = true
        ) as c
        inner join {{ accepted(source) }} as a
            on a.load_id = c._dlt_load_id and a.delivery = c._delivery
        where not exists (
            select 1
            from read_parquet(
                '{{ lake() }}/_quality/rejected/{{ source }}.*.parquet', union_by_name = true
            ) as r
            where r.table_name = '{{ table }}' and r.load_id = c._dlt_load_id and r.row_no = c._row_no
        )
        {%- if is_incremental() %}
          and {{ not_taken(this.identifier, 'a.load_id', 'a.delivery') }}
        {%- endif %}
    )
{% endmacro %}

{% macro postgres__accepted(source) %}
    (
        select o.load_id, o.delivery, o.loaded_at from ops.loaded as o where o.source = '{{ source }}'
    )
{% endmacro %}

{% macro postgres__arrived(source, table) %}
    (
        select c.*, a.load_id, a.loaded_at
        from raw_{{ source }}.{{ table }} as c
        inner join {{ accepted(source) }} as a
            on a.load_id = c._dlt_load_id and a.delivery = c._delivery
        {%- if is_incremental() %}
        where {{ not_taken(this.identifier, 'a.load_id', 'a.delivery') }}
        {%- endif %}
    )
{% endmacro %}
