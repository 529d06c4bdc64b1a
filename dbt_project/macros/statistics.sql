{#- Post-hook of everything: tell PostgreSQL's planner how large a new table is. Without it the next model joins
    thousands of rows by nested loops (measured: 23 s instead of 0.1 s); DuckDB needs no hint. -#}
{% macro analyze_table() -%}
    {%- if target.type == 'postgres' and model.config.materialized != 'view' -%}
        analyze {{ this }}
    {%- endif -%}
{%- endmacro %}

{#- Pre-hook: let PostgreSQL join by hashes alone. It takes the columns of a composite key for
    independent and expects one row where there are a hundred thousand. A nested loop then looks each
    row up one by one (measured on 8 workbooks: 393 s instead of 3 s), a merge goes by one column of
    the key and compares all rows that share it (on three years of records: over 190 s instead of
    19 s). DuckDB always hashes. -#}
{% macro hash_joins() -%}
    {%- if target.type == 'postgres' -%}
        set local enable_nestloop = off; set local enable_mergejoin = off
    {%- endif -%}
{%- endmacro %}

{#- The period of a printed figure `f` as the measure it is bound to (`b`) counts it: a running total
    of January is its own, and a column of last year speaks of last year's period. -#}
{% macro measure_period(f, b) -%}
    case when {{ b }}.grain = 'cumulative' and {{ f }}.period_type = 'month' then 'ytd'
        else {{ f }}.period_type end as period_type,
    case when {{ b }}.years_back = 1 then {{ year_before(f ~ '.period_start') }}
        else {{ f }}.period_start end as period_start,
    case when {{ b }}.years_back = 1 then {{ end_year_before(f ~ '.period_end') }}
        else {{ f }}.period_end end as period_end
{%- endmacro %}

{#- Whether a printed figure is of the grain that the measure is bound to. January alone is its own
    running total: the sheets of January print no other. -#}
{% macro has_measure_grain(f, b) -%}
    (
        {{ b }}.grain = 'all'
        or ({{ b }}.grain = 'month' and {{ f }}.period_type = 'month')
        or ({{ b }}.grain = 'cumulative' and {{ month_of(f ~ '.period_start') }} = 1)
    )
{%- endmacro %}
