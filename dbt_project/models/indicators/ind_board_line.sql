-- The small lines of the main board: each of the three newest years as one path on an axis of twelve months,
-- between the lowest and the highest figure of the three. A missing month breaks the path; a line by the
-- quarter is joined from quarter to quarter.
with newest as (
    select
        indicator_code,
        area_key,
        period_end
    from {{ ref('ind_board_month') }}
    where recency = 1
),

points as (
    select
        n.indicator_code,
        {{ year_of('n.period_end') }} - {{ year_of('y.period_end') }} as years_back,
        {{ month_of('y.period_end') }} as month_no,
        cast(y.value as double precision) as value,
        row_number() over (
            partition by n.indicator_code, y.period_end order by case y.period_type when 'month' then 1 else 0 end
        ) as pick
    from newest as n
    inner join {{ ref('indicators') }} as i on n.indicator_code = i.code
    inner join {{ ref('ind_yoy') }} as y
        on n.indicator_code = y.indicator_code and n.area_key = y.area_key
    where y.basis = 'as_published'
      and y.calendar = 'calendar'
      and y.agency_code = '_all'
      and y.value is not null
      and y.period_end <= n.period_end
      and {{ year_of('y.period_end') }} > {{ year_of('n.period_end') }} - {{ board_rule('line_years') }}
      and {{ is_month_row('i.period_grain', 'y.period_type', 'y.period_start') }}
),

stepped as (
    select
        p.*,
        p.month_no
        - lag(p.month_no) over (partition by p.indicator_code, p.years_back order by p.month_no) as step
    from points as p
    where p.pick = 1
),

scaled as (
    select
        s.*,
        min(s.step) over (partition by s.indicator_code) as pace,
        cast(s.month_no - 1 as double precision) * {{ line_width() }} / 11 as x,
        coalesce(
            (max(s.value) over (partition by s.indicator_code) - s.value) * {{ line_height() }}
            / nullif(
                max(s.value) over (partition by s.indicator_code)
                - min(s.value) over (partition by s.indicator_code), 0
            ),
            cast({{ line_height() }} as double precision) / 2
        ) as y
    from stepped as s
),

written as (
    select
        c.*,
        {{ drawn('c.x') }} as x_text,
        {{ drawn('c.y') }} as y_text
    from scaled as c
),

paths as (
    select
        w.indicator_code,
        w.years_back,
        -- a move back to where the pen stands gives a month alone its dot
        string_agg(
            case when w.step <= w.pace then 'L' else 'M' || w.x_text || ' ' || w.y_text || 'L' end
            || w.x_text || ' ' || w.y_text, '' order by w.month_no
        ) as path,
        max(w.month_no) as last_month
    from written as w
    group by w.indicator_code, w.years_back
)

select
    p.indicator_code,
    max(case when p.years_back = 0 then p.path end) as line_now,
    max(case when p.years_back = 1 then p.path end) as line_last,
    max(case when p.years_back = 2 then p.path end) as line_before,
    max(case when p.years_back = 0 then w.x_text end) as end_x,
    max(case when p.years_back = 0 then w.y_text end) as end_y
from paths as p
inner join written as w
    on p.indicator_code = w.indicator_code and p.years_back = w.years_back and p.last_month = w.month_no
group by p.indicator_code
