{#- One text for measure × area × agency × source × calendar × period. -#}
{% macro series_key(alias) -%}
    ({{ alias }}.measure_code || '|' || {{ alias }}.area_key || '|' || {{ alias }}.agency_code || '|'
    || {{ alias }}.source_code || '|' || {{ alias }}.calendar || '|' || {{ alias }}.period_type || '|'
    || cast({{ alias }}.period_start as text) || '|' || cast({{ alias }}.period_end as text))
{%- endmacro %}

{#- All keys that a relation of measures has now. -#}
{% macro series_keys(relation) -%}
    select {{ series_key('m') }} as series_key from {{ relation }} as m
{%- endmacro %}
