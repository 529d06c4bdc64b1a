{{ config(tags=['reference']) }}
-- Every period of every calendar, 1990–2040, from the windows of the seed: a month ends on the day
-- its definition says and begins the day after the month before, so that the axis has neither gap
-- nor overlap where a definition changes. Longer periods are runs of months of one reporting year.
{% set first_year, last_year = 1990, 2040 -%}
with calendar_months as (
    select
        cast(y.n as integer) as year_of_month,
        cast(m.n as integer) as month_of_year
    from generate_series({{ first_year - 2 }}, {{ last_year + 1 }}) as y (n)
    cross join generate_series(1, 12) as m (n)
),

endings as (
    select
        w.*,
        c.year_of_month,
        c.month_of_year,
        {{ first_month('w.year_starts', 'w.day_from') }} as first_month,
        {{ window_end('c.year_of_month', 'c.month_of_year', 'w.day_to') }} as period_end
    from {{ ref('calendar_windows') }} as w
    cross join calendar_months as c
),

windows as (
    select
        e.calendar,
        e.months_in_year,
        e.half_ends,
        lag(e.period_end) over (partition by e.calendar order by e.period_end) + 1 as period_start,
        e.period_end,
        case when e.month_of_year >= e.first_month then e.year_of_month else e.year_of_month - 1 end
            as year_no,
        mod(e.month_of_year - e.first_month + 12, 12) + 1 as month_no
    from endings as e
    where (e.valid_from is null or e.period_end >= e.valid_from)
      and (e.valid_to is null or e.valid_to >= e.period_end)
),

-- From the first month of the year to each month; the months outside the year are none of it.
running as (
    select
        l.calendar,
        {{ running_type('l.month_no', 'l.months_in_year', 'l.half_ends') }} as period_type,
        f.period_start,
        l.period_end,
        l.year_no,
        l.month_no,
        l.half_ends,
        true as is_cumulative
    from windows as l
    inner join windows as f
        on l.calendar = f.calendar and l.year_no = f.year_no and f.month_no = 1
    where l.month_no <= l.months_in_year
),

-- The later quarters and the later half of a year.
later as (
    select
        l.calendar,
        s.period_type,
        f.period_start,
        l.period_end,
        l.year_no,
        l.month_no,
        l.half_ends,
        false as is_cumulative
    from windows as l
    cross join (values ('quarter'), ('half')) as s (period_type)
    inner join windows as f
        on l.calendar = f.calendar
        and l.year_no = f.year_no
        and f.month_no = case s.period_type when 'quarter' then l.month_no - 2 else l.half_ends + 1 end
    where (s.period_type = 'quarter' and l.months_in_year = 12 and l.month_no in (6, 9, 12))
       or (s.period_type = 'half' and l.month_no = l.months_in_year)
),

months_and_runs as (
    select
        w.calendar,
        'month' as period_type,
        w.period_start,
        w.period_end,
        w.year_no,
        w.month_no,
        w.half_ends,
        false as is_cumulative
    from windows as w
    union all
    select * from running
    union all
    select * from later
),

numbered as (
    select
        m.*,
        case m.period_type
            when 'quarter' then cast(floor((m.month_no + 2) / 3.0) as integer)
            when 'half' then case when m.month_no = m.half_ends then 1 else 2 end
            when 'nine_months' then 1
            when 'year' then 1
            else m.month_no
        end as period_no
    from months_and_runs as m
),

days as (
    select
        cast(d.n as date) as day,
        cast(extract(year from d.n) as integer) as year_no,
        cast(extract(doy from d.n) as integer) as period_no,
        cast(extract(month from d.n) as integer) as month_no
    from generate_series(
        date '{{ first_year }}-01-01', date '{{ last_year }}-12-31', interval '1 day'
    ) as d (n)
),

compared as (
    select
        n.calendar,
        n.period_type,
        n.period_start,
        n.period_end,
        n.year_no,
        n.period_no,
        n.month_no,
        {{ reporting_label(
            'n.calendar', 'n.period_type', 'n.period_end', 'n.year_no', 'n.month_no', 'n.period_no'
        ) }} as period_label,
        p.period_start as prior_start,
        p.period_end as prior_end,
        case when n.period_type in ('month', 'quarter', 'half', 'year')
            then lag(n.period_start) over w end as previous_start,
        case when n.period_type in ('month', 'quarter', 'half', 'year')
            then lag(n.period_end) over w end as previous_end,
        n.is_cumulative
    from numbered as n
    left join numbered as p
        on n.calendar = p.calendar
        and n.period_type = p.period_type
        and n.period_no = p.period_no
        and n.year_no = p.year_no + 1
    window w as (partition by n.calendar, n.period_type order by n.period_start)
    union all
    -- 29 February has no day of last year to be compared with.
    select
        'calendar',
        'day',
        d.day as period_start,
        d.day as period_end,
        d.year_no,
        d.period_no,
        d.month_no,
        {{ period_label("'day'", 'd.day', 'd.day') }},
        case when extract(day from {{ year_before('d.day') }}) = extract(day from d.day)
            then {{ year_before('d.day') }} end,
        case when extract(day from {{ year_before('d.day') }}) = extract(day from d.day)
            then {{ year_before('d.day') }} end,
        d.day - 1,
        d.day - 1,
        false
    from days as d
)

select
    cast(c.calendar as text) as calendar,
    cast(c.period_type as text) as period_type,
    c.period_start,
    c.period_end,
    cast(c.year_no as integer) as year_no,
    cast(c.period_no as integer) as period_no,
    cast(c.month_no as integer) as month_no,
    cast(c.period_label as text) as period_label,
    c.prior_start,
    c.prior_end,
    c.previous_start,
    c.previous_end,
    c.is_cumulative
from compared as c
where c.year_no between {{ first_year }} and {{ last_year }}
