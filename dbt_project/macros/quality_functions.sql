{#- The functions that rules may call besides plain SQL: `vn(number, decimals)` and `vn_date(day)`,
    as Vietnamese readers write them. Same names on both engines. -#}
{% macro create_quality_functions() %}{{ return(adapter.dispatch('create_quality_functions')()) }}{% endmacro %}

{% macro duckdb__create_quality_functions() %}
    create or replace macro main.vn(x, places) as ({{ vn_number_by('x', 'places') }});
    create or replace macro main.vn_date(x) as ({{ vn_day('x') }});
{% endmacro %}

{% macro postgres__create_quality_functions() %}
    create or replace function public.vn(x numeric, places integer) returns text
    language sql immutable as $$ select {{ vn_number_by('x', 'places') }} $$;
    create or replace function public.vn(x double precision, places integer) returns text
    language sql immutable as $$ select {{ vn_number_by('x', 'places') }} $$;
    create or replace function public.vn_date(x date) returns text
    language sql immutable as $$ select {{ vn_day('x') }} $$;
{% endmacro %}

{#- 29/11/2024. -#}
{% macro vn_day(day) -%}
    lpad(cast(cast(extract(day from {{ day }}) as integer) as text), 2, '0') || '/' || {{ month_label(day) }}
{%- endmacro %}
