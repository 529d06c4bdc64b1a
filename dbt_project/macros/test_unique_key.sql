{#- The whole key is unique; nulls count as equal, so a key column left empty is caught too. -#}
{% test unique_key(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as copies
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
