{#- One field of a JSON object kept as text; NUL, which PostgreSQL does not keep, is left out. -#}
{% macro json_field(record, name) -%}
    (cast(replace({{ record }}, '\u0000', '') as json) ->> '{{ name }}')
{%- endmacro %}
