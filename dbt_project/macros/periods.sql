{#- The moment at which a publication of a day became known: 00:00 of that day in Viet Nam. -#}
{% macro known_from(published_on) -%}
    (cast({{ published_on }} as timestamp) at time zone 'Asia/Ho_Chi_Minh')
{%- endmacro %}

{#- Publications in their order, as one number: the day, then the order within the day. -#}
{% macro publication_order(published_on, published_seq) -%}
    cast(({{ published_on }} - date '1970-01-01') as bigint) * 1000 + cast({{ published_seq }} as bigint)
{%- endmacro %}

{% macro month_of(day) -%} cast(extract(month from {{ day }}) as integer) {%- endmacro %}

{% macro year_of(day) -%} cast(extract(year from {{ day }}) as integer) {%- endmacro %}

{#- True for a period of the calendar year that is a running total from 1 January; other calendars
    ask dim_period.is_cumulative. -#}
{% macro is_cumulative(period_type, period_start) -%}
    ({{ period_type }} not in ('day', 'month') and {{ month_of(period_start) }} = 1)
{%- endmacro %}

{#- Last day of a month given its first day. -#}
{% macro month_end(first_day) -%}
    cast({{ first_day }} + interval '1 month' - interval '1 day' as date)
{%- endmacro %}

{#- The same day one year earlier; an inclusive period end goes through the day after it, so
    that the end of February stays the end of February. -#}
{% macro year_before(day) -%} cast({{ day }} - interval '1 year' as date) {%- endmacro %}
{% macro end_year_before(day) -%}
    cast(cast({{ day }} + interval '1 day' as date) - interval '1 year' - interval '1 day' as date)
{%- endmacro %}

{% macro month_label(day) -%}
    lpad(cast({{ month_of(day) }} as text), 2, '0') || '/' || cast({{ year_of(day) }} as text)
{%- endmacro %}

{#- What people call a period: 12/2024, Quý IV/2024, 6 tháng/2024, Năm 2024. -#}
{% macro period_label(period_type, period_start, period_end) -%}
    case {{ period_type }}
        when 'month' then {{ month_label(period_end) }}
        when 'quarter' then 'Quý ' || case {{ month_of(period_end) }}
            when 3 then 'I' when 6 then 'II' when 9 then 'III' else 'IV' end
            || '/' || cast({{ year_of(period_end) }} as text)
        when 'year' then 'Năm ' || cast({{ year_of(period_end) }} as text)
        when 'day' then lpad(cast(extract(day from {{ period_start }}) as text), 2, '0')
            || '/' || {{ month_label(period_start) }}
        else cast({{ month_of(period_end) }} as text) || ' tháng/' || cast({{ year_of(period_end) }} as text)
    end
{%- endmacro %}

{#- The row that stands for a calendar month on the boards: the month itself, or the running
    total up to its end for indicators reported only that way. -#}
{% macro is_month_row(period_grain, period_type, period_start) -%}
    (({{ period_grain }} = 'month' and {{ period_type }} = 'month')
    or ({{ period_grain }} = 'cumulative' and {{ is_cumulative(period_type, period_start) }}))
{%- endmacro %}

{#- Number of calendar months from a first day to an inclusive last day. -#}
{% macro months_between(first_day, last_day) -%}
    (({{ year_of(last_day) }} - {{ year_of(first_day) }}) * 12
    + {{ month_of(last_day) }} - {{ month_of(first_day) }} + 1)
{%- endmacro %}
