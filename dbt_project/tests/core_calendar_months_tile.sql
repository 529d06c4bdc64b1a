-- A line of calendar_windows that leaves a gap, an overlap or a month named twice.
with months as (
    select
        p.*,
        lag(p.period_end) over w as earlier_end,
        lag(p.year_no * 12 + p.month_no) over w as earlier_month
    from {{ ref('dim_period') }} as p
    where p.period_type = 'month'
    window w as (partition by p.calendar order by p.period_start)
)

select
    calendar,
    period_label,
    period_start,
    period_end
from months
where period_start > period_end
   or period_start <> earlier_end + 1
   or year_no * 12 + month_no <> earlier_month + 1
