{#- True for a vintage that was the known one at a moment. -#}
{% macro was_known(vintage, moment) -%}
    ({{ moment }} >= {{ vintage }}.known_from
    and ({{ vintage }}.known_to is null or {{ moment }} < {{ vintage }}.known_to))
{%- endmacro %}

{#- What was known at a moment, as a query: of each key and source the vintage of that time, and
    nothing of keys of which nothing was known yet. -#}
{% macro as_known_at(vintages, moment) -%}
    select v.*
    from {{ vintages }} as v
    where {{ was_known('v', moment) }}
{%- endmacro %}
