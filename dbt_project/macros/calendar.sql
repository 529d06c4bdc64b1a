{#- Day in Viet Nam of a moment (timestamptz): 17:00 UTC is already the next day there. -#}
{% macro local_day(moment) -%} cast(({{ moment }}) at time zone 'Asia/Ho_Chi_Minh' as date) {%- endmacro %}

{#- The day `n` working days after a day, by core.dim_date; n = 0 moves a day off to the next
    working day, as a deadline does (Bộ luật Dân sự 2015, Điều 148 khoản 5). Counting starts on the
    day after. Null where the holidays of the year are not known. -#}
{% macro add_working_days(day, n) -%}
    (
        select t.day
        from {{ ref('dim_date') }} as f
        inner join {{ ref('dim_date') }} as t
            on t.is_working_day
            and t.working_day_no = f.working_day_no + {{ n }}
                + case when {{ n }} <= 0 and not f.is_working_day then 1 else 0 end
        where f.day = {{ day }}
    )
{%- endmacro %}

{#- The day itself when people work on it, else the next working day. -#}
{% macro next_working_day(day) -%} {{ add_working_days(day, 0) }} {%- endmacro %}

{#- Last day of the month `month_no` of `year` that a window with `day_to` has. -#}
{% macro window_end(year, month_no, day_to) -%}
    make_date({{ year }}, {{ month_no }}, 1)
    + least({{ day_to }}, cast(extract(day from {{ month_end('make_date(' ~ year ~ ', ' ~ month_no ~ ', 1)') }}) as integer))
    - 1
{%- endmacro %}

{#- Calendar month in which a reporting year has its first month: a window that opens on a later
    day than the first belongs to the month after. -#}
{% macro first_month(year_starts, day_from) -%}
    (case
        when {{ day_from }} = 1 then cast(split_part({{ year_starts }}, '-', 1) as integer)
        else mod(cast(split_part({{ year_starts }}, '-', 1) as integer), 12) + 1
    end)
{%- endmacro %}

{#- Type of the period from the first to the `month_no`th month of a reporting year. -#}
{% macro running_type(month_no, months_in_year, half_ends) -%}
    case
        when {{ month_no }} = {{ months_in_year }} then 'year'
        when {{ month_no }} = {{ half_ends }} then 'half'
        when {{ months_in_year }} = 12 and {{ month_no }} = 3 then 'quarter'
        when {{ months_in_year }} = 12 and {{ month_no }} = 9 then 'nine_months'
        else 'ytd'
    end
{%- endmacro %}

{#- What people call a period of any calendar: 03/2026, Quý I/2026, 6 tháng/2026, Học kỳ I/2025-2026. -#}
{% macro reporting_label(calendar, period_type, period_end, year_no, month_no, period_no) -%}
    case
        when {{ period_type }} = 'month' then {{ month_label(period_end) }}
        when {{ calendar }} = 'school_year' then
            case {{ period_type }}
                when 'year' then 'Năm học '
                when 'half' then 'Học kỳ ' || case {{ period_no }} when 1 then 'I/' else 'II/' end
                else cast({{ month_no }} as text) || ' tháng năm học '
            end || cast({{ year_no }} as text) || '-' || cast({{ year_no }} + 1 as text)
        when {{ period_type }} = 'half' and {{ period_no }} = 2
            then '6 tháng cuối năm/' || cast({{ year_no }} as text)
        else {{ period_label(period_type, period_end, period_end) }}
    end
{%- endmacro %}

{#- Seconds from one moment to another, as double. -#}
{% macro seconds_between(from_moment, to_moment) -%}
    cast(extract(epoch from ({{ to_moment }}) - ({{ from_moment }})) as double precision)
{%- endmacro %}

{#- True where a measure's figure belongs to an indicator: it is told in the indicator's own calendar
    or, being counted day by day, in the windows of the monthly report (15th to 14th, NĐ 09/2019
    Điều 12). -#}
{% macro in_calendar(indicator, measure) -%}
    ({{ indicator }}.calendar = {{ measure }}.calendar
    or ({{ indicator }}.calendar = 'calendar' and {{ measure }}.calendar = 'report_15_14'
        and {{ is_counted(measure ~ '.source_code') }}))
{%- endmacro %}
