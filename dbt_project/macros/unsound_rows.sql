{#- `unsound_rows(…)`: each broken rule of a table, and how often. `unique`: columns of a key, or a
    list of such keys (nulls count as equal, so a key column left empty is caught too); `not_null`:
    columns; `accepted_values`: values by column (a missing one is not its business). Columns and
    values are told in one text, 'a, b', because dbt renders each text of a test by itself. -#}
{% macro unsound_rows(table, unique=[], not_null='', accepted_values={}) %}
    {%- set rules = [] -%}
    {%- for key in ([unique] if unique is string else unique) -%}
        {%- set _ = rules.append(
            "select 'unique: " ~ key ~ "' as rule from " ~ table
            ~ " group by " ~ key ~ " having count(*) > 1"
        ) -%}
    {%- endfor -%}
    {%- for column in (not_null.split(', ') if not_null else []) -%}
        {%- set _ = rules.append(
            "select 'not_null: " ~ column ~ "' as rule from " ~ table
            ~ " where " ~ column ~ " is null"
        ) -%}
    {%- endfor -%}
    {%- for column, values in accepted_values.items() -%}
        {%- set _ = rules.append(
            "select 'accepted_values: " ~ column ~ "' as rule from " ~ table
            ~ " where " ~ column ~ " not in ('"
            ~ (values | replace("'", "''") | replace(', ', "', '")) ~ "')"
        ) -%}
    {%- endfor -%}
    select b.rule, count(*) as broken
    from (
        {{ rules | join('\n        union all ') }}
    ) as b
    group by b.rule
{% endmacro %}
