{{ config(tags=['reference']) }}
-- Every day 2010–2035: weekday, holidays, working days of the public sector (Monday to Friday), the
-- nearest Tết and the reporting month. Working days are known only for years with listed holidays.
with tet as (
    select
        n.lunar_year,
        n.first_day,
        lead(n.first_day) over (order by n.first_day) as next_first_day
    from {{ ref('lunar_new_year') }} as n
),

days as (
    select
        cast(g.n as date) as day,
        cast(extract(isodow from g.n) as integer) as weekday,
        cast(extract(year from g.n) as integer) as year_no,
        cast(extract(month from g.n) as integer) as month_no
    from generate_series(date '2010-01-01', date '2035-12-31', interval '1 day') as g (n)
),

listed_years as (
    select distinct {{ year_of('h.day') }} as year_no
    from {{ ref('calendar_holidays') }} as h
    where h.kind = 'nghỉ lễ'
),

marked as (
    select
        d.*,
        h.name_vi,
        coalesce(h.kind in ('nghỉ lễ', 'nghỉ bù'), false) as is_public_holiday,
        case
            when l.year_no is null then null
            when h.kind is not null then h.kind = 'hoán đổi làm việc'
            else d.weekday <= 5
        end as is_working_day,
        w.period_end as window_end
    from days as d
    left join {{ ref('calendar_holidays') }} as h on d.day = h.day
    left join listed_years as l on d.year_no = l.year_no
    left join {{ ref('dim_period') }} as w
        on w.calendar = 'report_15_14'
        and w.period_type = 'month'
        and d.year_no = w.year_no
        and d.month_no = w.month_no
)

select
    m.day,
    m.weekday,
    m.weekday > 5 as is_weekend,
    m.name_vi as holiday_name,
    m.is_public_holiday,
    m.is_working_day,
    case when m.is_working_day is not null then
        cast(sum(case when m.is_working_day then 1 else 0 end) over (order by m.day) as integer)
    end as working_day_no,
    t.lunar_year,
    cast(case
        when m.day - t.first_day <= t.next_first_day - m.day then m.day - t.first_day
        else m.day - t.next_first_day
    end as integer) as tet_day_no,
    m.year_no as year,
    cast(extract(quarter from m.day) as integer) as quarter,
    m.month_no as month,
    case when m.day > m.window_end and m.month_no = 12 then m.year_no + 1 else m.year_no end
        as report_year,
    case when m.day > m.window_end then mod(m.month_no, 12) + 1 else m.month_no end as report_month
from marked as m
inner join tet as t on m.day >= t.first_day and m.day < t.next_first_day
