-- Cumulative figures that no source ever published, as the sum of their months was known at every
-- moment: as long as all months had a value and stood on one base.
with windows as (
    select
        l.month_no - f.month_no + 1 as months_expected,
        {{ known_from("date_trunc('month', cast(w.period_end as timestamp))") }} as last_month_from,
        w.measure_code,
        w.area_key,
        w.agency_code,
        w.source_code,
        w.calendar,
        w.period_type,
        w.period_start,
        w.period_end
    from {{ ref('ind_measure_value') }} as w
    inner join {{ ref('msr_measure') }} as m on w.measure_code = m.measure_code
    inner join {{ ref('dim_period') }} as l
        on w.calendar = l.calendar and w.period_type = l.period_type
        and w.period_start = l.period_start and w.period_end = l.period_end
    inner join {{ ref('dim_period') }} as f
        on l.calendar = f.calendar and l.period_start = f.period_start and f.period_type = 'month'
    where m.time_agg = 'sum' and w.period_type not in ('day', 'month') and w.vintage_no is null
      -- a count of one agency changes every day: only that of all is kept as it was known
      and (w.agency_code = '_all' or not {{ is_counted('w.source_code') }})
),

months as (
    select
        w.*,
        n.value,
        n.base_id,
        n.known_from,
        n.known_to,
        n.published_on,
        n.loaded_at,
        n.source_ref,
        n.period_start as month_start
    from windows as w
    inner join {{ ref('ind_measure_base') }} as n
        on w.measure_code = n.measure_code
        and w.area_key = n.area_key
        and w.agency_code = n.agency_code
        and w.source_code = n.source_code
        and w.calendar = n.calendar
        and n.period_type = 'month'
        and w.period_start <= n.period_start
        and w.period_end >= n.period_end
),

moments as (
    select distinct
        m.measure_code,
        m.area_key,
        m.agency_code,
        m.source_code,
        m.calendar,
        m.period_type,
        m.period_start,
        m.period_end,
        m.known_from as moment
    from months as m
),

states as (
    select
        t.measure_code,
        t.area_key,
        t.agency_code,
        t.source_code,
        t.calendar,
        t.period_type,
        t.period_start,
        t.period_end,
        t.moment,
        max(m.months_expected) as months_expected,
        max(m.last_month_from) as last_month_from,
        count(*) as months_known,
        min(m.base_id) as base_low,
        max(m.base_id) as base_high,
        sum(m.value) as value,
        max(m.loaded_at) as loaded_at,
        string_agg(m.source_ref, ' + ' order by m.month_start) as source_ref
    from moments as t
    inner join months as m
        on t.measure_code = m.measure_code
        and t.area_key = m.area_key
        and t.agency_code = m.agency_code
        and t.source_code = m.source_code
        and t.calendar = m.calendar
        and t.period_type = m.period_type
        and t.period_start = m.period_start
        and t.period_end = m.period_end
        and t.moment >= m.known_from
        and (m.known_to is null or t.moment < m.known_to)
    group by
        t.measure_code, t.area_key, t.agency_code, t.source_code, t.calendar,
        t.period_type, t.period_start, t.period_end, t.moment
),

timed as (
    select
        s.*,
        lead(s.moment) over (
            partition by
                s.measure_code, s.area_key, s.agency_code, s.source_code, s.calendar,
                s.period_type, s.period_start, s.period_end
            order by s.moment
        ) as known_to
    from states as s
)

select
    s.measure_code,
    s.area_key,
    s.agency_code,
    s.source_code,
    s.calendar,
    s.period_type,
    s.period_start,
    s.period_end,
    cast(s.value as decimal(28, 6)) as value,
    s.base_low as base_id,
    s.moment as known_from,
    s.known_to,
    s.loaded_at,
    s.source_ref
from timed as s
where s.base_low = s.base_high
  and (
      s.months_known = s.months_expected
      -- a month without records counts as nothing, from the first day of the last month on
      or ({{ is_counted('s.source_code') }} and s.moment >= s.last_month_from)
  )
