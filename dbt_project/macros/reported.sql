{#- What two reported rows must share to be two words on one figure on one day. -#}
{% macro reported_key(alias) -%}
    {{ alias }}.said_of, {{ alias }}.area_key, {{ alias }}.calendar, {{ alias }}.period_type,
    {{ alias }}.period_start, {{ alias }}.period_end, {{ alias }}.published_on
{%- endmacro %}
