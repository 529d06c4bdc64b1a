{#- At no moment two rows of one key are valid; a row that ends where it begins never was. -#}
{% test no_overlap(model, key, valid_from='known_from', valid_to='known_to') %}
    {{ overlaps(model, key, valid_from, valid_to) }}
{% endtest %}
