{#- Schemas carry the same names on both engines. PostgreSQL builds `mart` beside the
    published one, so that publishing is a rename (see docs/adr/0004-publishing.md). -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name is none -%} {{ target.schema }}
    {%- elif custom_schema_name == 'mart' and target.type == 'postgres' -%} mart__build
    {%- else -%} {{ custom_schema_name | trim }}
    {%- endif -%}
{%- endmacro %}
