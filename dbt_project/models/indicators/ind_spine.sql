-- Every period a measure should have: each month from its first to the last its source has
-- published, the running total of the year to the end of each month, the quarters, and whatever
-- else was published. A period without a value is a row all the same.
with newest as (
    select * from {{ ref('ind_measure_vintage') }} where known_to is null
),

spans as (
    select
        n.measure_code,
        n.area_key,
        n.agency_code,
        n.source_code,
        n.calendar,
        m.time_agg,
        min(n.period_start) as first_day,
        coalesce(max(case when n.period_type = 'month' then 1 end), 0) = 1 as has_month,
        m.time_agg = 'sum'
        or coalesce(max(case when {{ is_cumulative('n.period_type', 'n.period_start') }} then 1 end), 0) = 1
            as has_cumulative,
        m.time_agg = 'sum'
        or coalesce(max(case when n.period_type = 'quarter' and {{ month_of('n.period_start') }} > 1 then 1 end), 0) = 1
            as has_quarter
    from newest as n
    inner join {{ ref('msr_measure') }} as m on n.measure_code = m.measure_code
    group by n.measure_code, n.area_key, n.agency_code, n.source_code, n.calendar, m.time_agg
),

-- The source's own horizon: nothing is missing after the last period it has published.
horizons as (
    select
        source_code,
        calendar,
        max(period_end) as last_day
    from newest
    group by source_code, calendar
),

months as (
    select make_date(cast(y.n as integer), cast(m.n as integer), 1) as month_start
    from generate_series(1990, 2100) as y (n)
    cross join generate_series(1, 12) as m (n)
),

spans_by_month as (
    select
        s.*,
        m.month_start,
        {{ month_end('m.month_start') }} as last_of_month,
        {{ month_of('m.month_start') }} as month_no,
        make_date({{ year_of('m.month_start') }}, 1, 1) as year_start
    from spans as s
    inner join horizons as h on s.source_code = h.source_code and s.calendar = h.calendar
    inner join months as m
        on m.month_start >= make_date({{ year_of('s.first_day') }}, {{ month_of('s.first_day') }}, 1)
        and h.last_day >= m.month_start
),

periods as (
    select
        measure_code,
        area_key,
        agency_code,
        source_code,
        calendar,
        'month' as period_type,
        month_start as period_start,
        last_of_month as period_end
    from spans_by_month
    where has_month
    union
    select
        measure_code,
        area_key,
        agency_code,
        source_code,
        calendar,
        {{ cumulative_type('month_no') }},
        year_start,
        last_of_month
    from spans_by_month
    where has_cumulative and (month_no > 1 or not has_month) and year_start >= first_day
    union
    select
        measure_code,
        area_key,
        agency_code,
        source_code,
        calendar,
        'quarter',
        cast(month_start - interval '2 months' as date),
        last_of_month
    from spans_by_month
    where has_quarter and month_no in (6, 9, 12)
      and cast(month_start - interval '2 months' as date) >= first_day
    union
    select
        measure_code,
        area_key,
        agency_code,
        source_code,
        calendar,
        period_type,
        period_start,
        period_end
    from newest
)

select
    p.*,
    m.time_agg
from periods as p
inner join {{ ref('msr_measure') }} as m on p.measure_code = m.measure_code
