-- Cumulative figures that no source ever published, as the sum of their months was known at every
-- moment: as long as all months had a value and stood on one base.
{%- set key = ['measure_code'] + figure_columns() %}
with windows as (
    select
        -- one number instead of eight columns: what is joined below are all months of all moments
        row_number() over (order by w.{{ key | join(', w.') }}) as window_no,
        l.month_no - f.month_no + 1 as months_expected,
        {{ known_from("date_trunc('month', cast(w.period_end as timestamp))") }} as last_month_from,
        w.{{ key | join(',\n        w.') }}
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
        w.window_no,
        n.value,
        n.base_id,
        n.known_from,
        n.known_to,
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
        m.window_no,
        m.known_from as moment
    from months as m
),

states as (
    select
        t.window_no,
        t.moment,
        count(*) as months_known,
        min(m.base_id) as base_low,
        max(m.base_id) as base_high,
        sum(m.value) as value,
        max(m.loaded_at) as loaded_at
    from moments as t
    inner join months as m on t.window_no = m.window_no and {{ known_at_moment('t.moment', 'm') }}
    group by t.window_no, t.moment
),

timed as (
    select
        s.*,
        lead(s.moment) over (partition by s.window_no order by s.moment) as known_to
    from states as s
),

complete as (
    select
        w.{{ key | join(',\n        w.') }},
        s.*
    from timed as s
    inner join windows as w on s.window_no = w.window_no
    where s.base_low = s.base_high
      and (
          s.months_known = w.months_expected
          -- a month without records counts as nothing, from the first day of the last month on
          or ({{ is_counted('w.source_code') }} and s.moment >= w.last_month_from)
      )
),

-- ordering texts is most of the work, so it comes after all that can leave a row out
cited as (
    select
        c.window_no,
        c.moment,
        string_agg(m.source_ref, ' + ' order by m.month_start) as source_ref
    from complete as c
    inner join months as m on c.window_no = m.window_no and {{ known_at_moment('c.moment', 'm') }}
    group by c.window_no, c.moment
)

select
    c.{{ key | join(',\n    c.') }},
    cast(c.value as decimal(28, 6)) as value,
    c.base_low as base_id,
    c.moment as known_from,
    c.known_to,
    c.loaded_at,
    r.source_ref
from complete as c
inner join cited as r on c.window_no = r.window_no and c.moment = r.moment
