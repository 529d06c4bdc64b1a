-- Every period a measure should have, in its own calendar: each month (or day) from its first to
-- the last its source has published, the running total of the year to the end of each month, the
-- quarters, and whatever else was published. A period without a value is a row all the same.
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
        min(n.period_start) as first_day,
        max(g.valid_to) as agency_until,
        coalesce(max(case when n.period_type = 'day' then 1 end), 0) = 1 as has_day,
        coalesce(max(case when n.period_type = 'month' then 1 end), 0) = 1 as has_month,
        coalesce(max(case
            when n.period_type = 'day' then 0
            when m.time_agg = 'sum' then 1
            -- what is counted at the end of a term has no running total from month to month
            when n.period_type <> 'month' and y.period_start is not null
                and not {{ is_counted('n.source_code') }} then 1
        end), 0) = 1 as has_cumulative,
        coalesce(max(case
            when n.period_type = 'day' then 0
            when m.time_agg = 'sum' then 1
            when n.period_type = 'quarter' and y.period_start is null then 1
        end), 0) = 1 as has_quarter
    from newest as n
    inner join {{ ref('msr_measure') }} as m on n.measure_code = m.measure_code
    left join {{ ref('dim_agency') }} as g on n.agency_code = g.agency_code
    left join {{ ref('dim_period') }} as y
        on n.calendar = y.calendar and y.period_type = 'year' and n.period_start = y.period_start
    -- who delivers when it comes owes no period: only what was said is there
    where n.source_code not in (
        select p.source_code from {{ promised_sources() }} as p where p.every = 'when_it_comes'
    )
    group by n.measure_code, n.area_key, n.agency_code, n.source_code, n.calendar
),

-- The source's own horizon: nothing is missing after the last period it has published, rounded up
-- to the end of its month; days end on the last day itself. A figure of a period that had only
-- begun when it was told (the plan of a year) says nothing of how far the source has come.
horizons as (
    select
        n.source_code,
        n.calendar,
        coalesce(n.last_single_day, n.last_day) as last_day,
        w.period_end as last_of_month
    from (
        select
            source_code,
            calendar,
            max(period_end) as last_day,
            max(case when period_type = 'day' then period_end end) as last_single_day
        from newest
        where period_end < cast(published_on + interval '1 month' as date)
        group by source_code, calendar
    ) as n
    inner join {{ ref('dim_period') }} as w
        on n.calendar = w.calendar
        and w.period_type = 'month'
        and n.last_day between w.period_start and w.period_end
),

periods as (
    select
        s.measure_code,
        s.area_key,
        s.agency_code,
        s.source_code,
        s.calendar,
        p.period_type,
        p.period_start,
        p.period_end
    from spans as s
    inner join horizons as h on s.source_code = h.source_code and s.calendar = h.calendar
    inner join {{ ref('dim_period') }} as p
        on s.calendar = p.calendar
        and p.period_type <> 'day'
        and s.first_day <= p.period_end
        and h.last_of_month >= p.period_end
        -- an agency that ended owes nothing later
        and p.period_start <= coalesce(s.agency_until, p.period_start)
    where (s.has_month and p.period_type = 'month')
       or (
           s.has_cumulative and p.is_cumulative and p.period_start >= s.first_day
           and (p.month_no > 1 or not s.has_month)
       )
       or (
           s.has_quarter and p.period_type = 'quarter' and not p.is_cumulative
           and p.period_start >= s.first_day
       )
    union
    select
        s.measure_code,
        s.area_key,
        s.agency_code,
        s.source_code,
        s.calendar,
        p.period_type,
        p.period_start,
        p.period_end
    from spans as s
    inner join horizons as h on s.source_code = h.source_code and s.calendar = h.calendar
    inner join {{ ref('dim_period') }} as p
        on s.calendar = p.calendar
        and p.period_type = 'day'
        and p.period_start between s.first_day and h.last_day
    where s.has_day
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
