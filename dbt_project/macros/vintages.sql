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

{#- Rows of one key that are valid beside the next one, or end before they begin. -#}
{% macro overlaps(relation, key, valid_from, valid_to) -%}
    select o.*
    from (
        select
            v.*,
            lead(v.{{ valid_from }}) over (
                partition by {% for column in key %}v.{{ column }}{% if not loop.last %}, {% endif %}{% endfor %}
                order by v.{{ valid_from }}
            ) as next_from
        from {{ relation }} as v
        where v.{{ valid_to }} is null or v.{{ valid_to }} <> v.{{ valid_from }}
    ) as o
    where (o.next_from is not null and (o.{{ valid_to }} is null or o.{{ valid_to }} > o.next_from))
       or o.{{ valid_from }} > o.{{ valid_to }}
{%- endmacro %}
