-- What the other periods of the same line say about a period, as known now: the period before, the
-- year before, the 36 periods before, and the same season of other years.
with lines as (
    select
        r.record_key,
        r.line_key,
        r.series_code,
        r.area_key,
        r.role,
        r.period_type,
        r.period_start,
        r.period_end,
        r.value,
        r.estimate_status,
        {{ is_cumulative('r.period_type', 'r.period_start') }} as is_cumulative,
        cast(r.period_start - interval '1 day' as date) as day_before,
        {{ end_year_before('r.period_end') }} as year_before,
        n.lunar_year is not null as is_tet_month
    from {{ ref('dq_reading') }} as r
    left join {{ ref('lunar_new_year') }} as n
        on r.period_type = 'month' and n.first_day between r.period_start and r.period_end
    where r.is_current
),

neighbours as (
    select
        l.*,
        y.value as value_last_year,
        y.estimate_status as status_last_year,
        case
            when l.is_cumulative and l.role = 'value' then lag(l.value) over year_so_far
        end as value_shorter,
        case
            when l.is_cumulative and l.period_type <> 'quarter' then y.value
            when lag(l.period_end) over earlier = l.day_before then lag(l.value) over earlier
        end as value_previous
    from lines as l
    left join lines as y on l.line_key = y.line_key and l.year_before = y.period_end
    window
        earlier as (partition by l.line_key order by l.period_end),
        year_so_far as (
            partition by l.series_code, l.area_key, l.role, l.is_cumulative, l.period_start
            order by l.period_end
        )
),

moved as (
    select
        n.*,
        {{ movement('n.role', 'n.value', 'n.value_last_year') }} as change,
        {{ movement('n.role', 'n.value', 'n.value_previous') }} as step
    from neighbours as n
),

windows as (
    select
        m.*,
        array_agg(cast(abs(m.value) as double precision)) over earlier_36 as sizes,
        array_agg(m.change) filter (where m.change is not null) over earlier_36 as changes,
        min(m.value) over earlier as min_seen,
        max(m.value) over earlier as max_seen,
        cast(count(*) over earlier as integer) as n_seen,
        avg(m.step) over season as season_mean,
        stddev_samp(m.step) over season as season_sd,
        cast(count(m.step) over season as integer) as season_seen
    from moved as m
    window
        earlier as (
            partition by m.line_key order by m.period_end
            rows between unbounded preceding and 1 preceding
        ),
        earlier_36 as (
            partition by m.line_key order by m.period_end
            rows between 36 preceding and 1 preceding
        ),
        season as (
            partition by m.line_key, {{ month_of('m.period_end') }}, m.is_tet_month
            order by m.period_end
            rows between unbounded preceding and unbounded following exclude current row
        )
),

centred as (
    select
        w.*,
        {{ median_of('w.sizes') }} as median_abs,
        {{ median_of('w.changes') }} as change_median
    from windows as w
)

select
    c.record_key,
    c.value_previous,
    c.value_last_year,
    c.status_last_year,
    c.value_shorter,
    c.median_abs,
    c.change_median,
    {{ spread_of('c.changes', 'c.change_median') }} as mad,
    c.season_mean,
    c.season_sd,
    c.season_seen,
    c.min_seen,
    c.max_seen,
    c.n_seen,
    c.is_tet_month
from centred as c
