{#- One field of a JSON object kept as text; NUL, which PostgreSQL does not keep, is left out. -#}
{% macro json_field(record, name) -%}
    (cast(replace({{ record }}, '\u0000', '') as json) ->> '{{ name }}')
{%- endmacro %}

{#- The elements of an array that is a field of a JSON object kept as text: a row each, as text. -#}
{% macro json_elements(record, name) %}{{ return(adapter.dispatch('json_elements')(record, name)) }}{% endmacro %}

{% macro duckdb__json_elements(record, name) -%}
    unnest(cast(json_extract(cast({{ record }} as json), '$.{{ name }}[*]') as varchar[]))
{%- endmacro %}

{% macro postgres__json_elements(record, name) -%}
    cast(json_array_elements(cast({{ record }} as json) -> '{{ name }}') as text)
{%- endmacro %}
