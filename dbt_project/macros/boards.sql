{#- The rows a board shows of an indicator: the months of the calendar (or the running totals up to their
    ends), the terms and the years of a school year. `i` is the catalogue's line, `y` the figure. -#}
{% macro is_board_row(i, y) -%}
    ({{ is_month_row(i ~ '.period_grain', y ~ '.period_type', y ~ '.period_start') }} and {{ y }}.calendar <> 'school_year'
    or {{ y }}.calendar = 'school_year' and {{ y }}.period_type in ('half', 'year'))
{%- endmacro %}

{#- Where a period stands within its year: 1 to 12 for months, 1 to 3 for the terms and the whole of a school
    year. -#}
{% macro axis_no(y) -%}
    case
        when {{ y }}.calendar <> 'school_year' then {{ month_of(y ~ '.period_end') }}
        when {{ y }}.period_type = 'year' then 3
        when {{ month_of(y ~ '.period_start') }} >= 8 then 1
        else 2
    end
{%- endmacro %}

{#- The year a period belongs to, as its line is called. A school year begins in the second half of a year. -#}
{% macro axis_year(y) -%}
    case
        when {{ y }}.calendar <> 'school_year' then cast({{ year_of(y ~ '.period_end') }} as text)
        when {{ month_of(y ~ '.period_start') }} >= 8
            then cast({{ year_of(y ~ '.period_start') }} as text) || '–' || cast({{ year_of(y ~ '.period_start') }} + 1 as text)
        else cast({{ year_of(y ~ '.period_start') }} - 1 as text) || '–' || cast({{ year_of(y ~ '.period_start') }} as text)
    end
{%- endmacro %}

{% macro basis_name(basis) -%}
    case {{ basis }} when 'current' then 'Địa giới hôm nay' else 'Như đã công bố' end
{%- endmacro %}

{% macro calendar_name(calendar) -%}
    case {{ calendar }}
        when 'calendar' then 'Dương lịch' when 'school_year' then 'Năm học'
        when 'report_15_14' then 'Kỳ báo cáo 15 – 14' else {{ calendar }}
    end
{%- endmacro %}

{#- A signal in words with a shape, so that nobody depends on its colour; the shapes of the main board. -#}
{% macro signal_name(signal) -%}
    case {{ signal }}
        when 'alarm' then '◆ Cần xử lý' when 'warn' then '▲ Cần theo dõi' when 'good' then '● Thuận lợi'
        else '○ Chưa có ngưỡng'
    end
{%- endmacro %}

{#- A point on a square page of 1000 × 1000 units with a margin, the smaller direction in the middle. -#}
{% macro page_x(point, box) -%}
    cast(round(500 + 900 * (cast({{ point }}.longitude as double precision) - ({{ box }}.west + {{ box }}.east) / 2)
        * {{ box }}.narrowing / {{ box }}.span) as integer)
{%- endmacro %}
{% macro page_y(point, box) -%}
    cast(round(500 - 900 * (cast({{ point }}.latitude as double precision) - ({{ box }}.south + {{ box }}.north) / 2)
        / {{ box }}.span) as integer)
{%- endmacro %}
