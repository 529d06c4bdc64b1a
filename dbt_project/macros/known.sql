{#- What tells one figure of an indicator or measure from another. -#}
{% macro figure_columns() -%}
    {{ return(['area_key', 'agency_code', 'source_code', 'calendar', 'period_type', 'period_start', 'period_end']) }}
{%- endmacro %}

{#- Two rows are about one figure. -#}
{% macro same_figure(a, b) -%}
    {%- for column in figure_columns() %}{{ a }}.{{ column }} = {{ b }}.{{ column }}{{ ' and ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{#- What a row says was known at a moment. -#}
{% macro known_at_moment(moment, row) -%}
    {{ moment }} >= {{ row }}.known_from and ({{ row }}.known_to is null or {{ moment }} < {{ row }}.known_to)
{%- endmacro %}
