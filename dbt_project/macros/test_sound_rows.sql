{#- What must hold of every row of a table, asked in one query, because dbt's own work for a test
    costs more than the query. -#}
{% test sound_rows(model, unique=[], not_null='', accepted_values={}) %}
    {{ unsound_rows(model, unique, not_null, accepted_values) }}
{% endtest %}
