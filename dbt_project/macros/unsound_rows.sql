{#- `unsound_rows(…)`: each broken rule of a table, and how often. `unique`: keys, a column or a
    list of columns (nulls count as equal, so a key column left empty is caught too);
    `not_null`: columns; `accepted_values`: values by column (a missing one is not its business). -#}
{% macro unsound_rows(table, unique, not_null, accepted_values) %}
    {%- set rules = [] -%}
    {%- for key in unique -%}
        {%- set columns = key if key is string else key | join(', ') -%}
        {%- set _ = rules.append(
            "select 'unique: " ~ columns ~ "' as rule from " ~ table
            ~ " group by " ~ columns ~ " having count(*) > 1"
        ) -%}
    {%- endfor -%}
    {%- for column in not_null -%}
        {%- set _ = rules.append(
            "select 'not_null: " ~ column ~ "' as rule from " ~ table
            ~ " where " ~ column ~ " is null"
        ) -%}
    {%- endfor -%}
    {%- for column, values in accepted_values.items() -%}
        {%- set _ = rules.append(
            "select 'accepted_values: " ~ column ~ "' as rule from " ~ table
            ~ " where " ~ column ~ " not in (" ~ literals(values) ~ ")"
        ) -%}
    {%- endfor -%}
    select b.rule, count(*) as broken
    from (
        {{ rules | join('\n        union all ') }}
    ) as b
    group by b.rule
{% endmacro %}

{#- Values as SQL literals: texts in quotes, numbers as they are. -#}
{% macro literals(values) -%}
    {%- for value in values -%}
        {{ "'" ~ (value | replace("'", "''")) ~ "'" if value is string else value }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
