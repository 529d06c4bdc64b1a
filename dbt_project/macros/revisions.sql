{#- False for figures that a publisher never printed, only implied by a change (ind_implied_prior). -#}
{% macro is_printed(source_code) -%} (right({{ source_code }}, 7) <> '_suy_ra') {%- endmacro %}
