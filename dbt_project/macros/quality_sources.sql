{#- The agency that answers for a source, from the sources the pipeline knows. -#}
{% macro agency_of(source_code) -%}
    {%- set sources = var('kho_sources', []) -%}
    {%- if sources -%}
    case {{ source_code }}
        {%- for source in sources %} when '{{ source.name }}' then '{{ source.owner_agency }}'{% endfor %}
        else '_all' end
    {%- else -%} '_all'
    {%- endif -%}
{%- endmacro %}
