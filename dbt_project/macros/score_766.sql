{#- Points of a group of Decision 766/QĐ-TTg: its highest score times the share reached, never more,
    rounded half up to two decimals as the portal prints; nothing without anything to reach. -#}
{% macro score_766(reached, of, max_points) -%}
    case when {{ of }} > 0 then {{ round_half_up(
        "least(cast(" ~ max_points ~ " as double precision), cast(" ~ max_points ~ " as double precision) * "
        ~ reached ~ " / " ~ of ~ ")", 2
    ) }} end
{%- endmacro %}
