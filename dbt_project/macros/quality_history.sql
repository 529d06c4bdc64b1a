{#- Median of an array of doubles, and of the distances of its members from it. -#}
{% macro median_of(array) %}{{ return(adapter.dispatch('median_of')(array)) }}{% endmacro %}
{% macro duckdb__median_of(array) -%} list_median({{ array }}) {%- endmacro %}
{% macro postgres__median_of(array) -%}
    (select percentile_cont(0.5) within group (order by u.x) from unnest({{ array }}) as u (x))
{%- endmacro %}

{% macro spread_of(array, median) %}{{ return(adapter.dispatch('spread_of')(array, median)) }}{% endmacro %}
{% macro duckdb__spread_of(array, median) -%}
    list_median(list_transform({{ array }}, lambda x: abs(x - {{ median }})))
{%- endmacro %}
{% macro postgres__spread_of(array, median) -%}
    (select percentile_cont(0.5) within group (order by abs(u.x - {{ median }})) from unnest({{ array }}) as u (x))
{%- endmacro %}

{#- Natural logarithm of a ratio of two positive numbers, nothing otherwise. -#}
{% macro log_ratio(current, earlier) -%}
    case when {{ current }} > 0 and {{ earlier }} > 0
        then ln(cast({{ current }} as double precision) / cast({{ earlier }} as double precision)) end
{%- endmacro %}

{#- How a figure moved, in comparable size: a level by its change on an earlier one, so that growth
    does not count; a change or a share is a movement itself. -#}
{% macro movement(role, value, earlier) -%}
    case
        when {{ role }} in ('value', 'prior_year_value', 'base_index') then {{ log_ratio(value, earlier) }}
        else cast({{ value }} as double precision) / 100
    end
{%- endmacro %}

{#- The letters of a cell address: its column. -#}
{% macro column_letters(cell) -%} translate({{ cell }}, '0123456789', '') {%- endmacro %}
