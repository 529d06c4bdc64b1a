{#- Decimals a figure was printed with, as far as the stored figure shows: 109.3 has 1, 108.96 has 2, 120 none. -#}
{% macro printed_places(value) -%}
    length(rtrim(split_part(cast(cast({{ value }} as decimal(28, 6)) as text), '.', 2), '0'))
{%- endmacro %}

{#- Half a unit of the last printed decimal: how far the figure may be from the true one. -#}
{% macro printed_slack(value) -%}
    (0.5 / power(cast(10 as double precision), {{ printed_places(value) }}))
{%- endmacro %}
