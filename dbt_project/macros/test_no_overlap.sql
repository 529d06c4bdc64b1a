{#- At no moment two rows of one key are valid; a row that ends where it begins never was. -#}
{% test no_overlap(model, key, valid_from='known_from', valid_to='known_to') %}
    {{ overlaps(model, key, valid_from, valid_to) }}
{% endtest %}

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
