{#- The function that rules may call besides plain SQL: `vn(number, decimals)`, a number as
    Vietnamese readers write it. Same name on both engines. -#}
{% macro create_quality_functions() %}{{ return(adapter.dispatch('create_quality_functions')()) }}{% endmacro %}

{% macro duckdb__create_quality_functions() %}
    create or replace macro main.vn(x, places) as ({{ vn_number_by('x', 'places') }});
{% endmacro %}

{% macro postgres__create_quality_functions() %}
    create or replace function public.vn(x numeric, places integer) returns text
    language sql immutable as $$ select {{ vn_number_by('x', 'places') }} $$;
    create or replace function public.vn(x double precision, places integer) returns text
    language sql immutable as $$ select {{ vn_number_by('x', 'places') }} $$;
{% endmacro %}
