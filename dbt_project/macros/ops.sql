{#- The bookkeeping tables of a build: `ops.taken` says which delivery of which load a model
    has taken in, written in the transaction that took it; `ops.build` is the one row that
    names the build. (`ops.loaded`, on PostgreSQL, belongs to the copy into raw.) -#}
{% macro create_ops() %}
    create schema if not exists ops;
    create table if not exists ops.taken (
        model text not null, load_id text not null, delivery text not null,
        primary key (model, load_id, delivery)
    );
    create table if not exists ops.build (
        publication_id bigint not null, is_simulated boolean not null,
        known_at timestamptz not null, input_fingerprint text not null
    );
    delete from ops.build;
    insert into ops.build values (
        {{ env_var('KHO_PUBLICATION_ID', '1') | int }},
        {{ env_var('KHO_IS_SIMULATED', 'false') }},
        cast('{{ env_var("KHO_KNOWN_AT", "1970-01-01T00:00:00+00:00") }}' as timestamptz),
        '{{ env_var("KHO_INPUT_FINGERPRINT", "") }}'
    );
{% endmacro %}

{% macro publication_id() %}(select b.publication_id from ops.build as b){% endmacro %}

{% macro is_simulated() %}(select b.is_simulated from ops.build as b){% endmacro %}

{% macro known_at() %}(select b.known_at from ops.build as b){% endmacro %}
