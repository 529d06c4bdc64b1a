-- The value known now of every measure for every period it should have: the newest vintage; for
-- additive measures without a published cumulative, the sum of the newest months, if all exist
-- and share one base; else nothing, with the reason. A missing period is a row.
with newest as (
    select * from {{ ref('ind_measure_base') }} where known_to is null
),

spans as (
    select
        n.measure_code, n.area_key, n.agency_code, n.source_code, n.calendar, m.time_agg,
        min(n.period_start) as first_day,
        coalesce(max(case when n.period_type = 'month' then 1 end), 0) = 1 as has_month,
        m.time_agg = 'sum'
        or coalesce(max(case when {{ is_cumulative('n.period_type', 'n.period_start') }} then 1 end), 0) = 1
            as has_cumulative,
        m.time_agg = 'sum'
        or coalesce(max(case when n.period_type = 'quarter' and {{ month_of('n.period_start') }} > 1 then 1 end), 0) = 1
            as has_quarter
    from newest as n
    inner join {{ ref('measures') }} as m on m.measure_code = n.measure_code
    group by n.measure_code, n.area_key, n.agency_code, n.source_code, n.calendar, m.time_agg
),

-- The source's own horizon: nothing is missing after the last period it has published.
horizons as (
    select source_code, calendar, max(period_end) as last_day
    from newest
    group by source_code, calendar
),

months as (
    select make_date(cast(y.n as integer), cast(m.n as integer), 1) as month_start
    from generate_series(1990, 2100) as y(n)
    cross join generate_series(1, 12) as m(n)
),

spans_by_month as (
    select s.*, m.month_start, {{ month_end('m.month_start') }} as last_of_month,
        {{ month_of('m.month_start') }} as month_no,
        make_date({{ year_of('m.month_start') }}, 1, 1) as year_start
    from spans as s
    inner join horizons as h on h.source_code = s.source_code and h.calendar = s.calendar
    inner join months as m
        on m.month_start >= make_date({{ year_of('s.first_day') }}, {{ month_of('s.first_day') }}, 1)
        and m.month_start <= h.last_day
),

spine as (
    select measure_code, area_key, agency_code, source_code, calendar,
        'month' as period_type, month_start as period_start, last_of_month as period_end
    from spans_by_month
    where has_month
    union
    select measure_code, area_key, agency_code, source_code, calendar,
        {{ cumulative_type('month_no') }}, year_start, last_of_month
    from spans_by_month
    where has_cumulative and (month_no > 1 or not has_month) and year_start >= first_day
    union
    select measure_code, area_key, agency_code, source_code, calendar,
        'quarter', cast(month_start - interval '2 months' as date), last_of_month
    from spans_by_month
    where has_quarter and month_no in (6, 9, 12)
      and cast(month_start - interval '2 months' as date) >= first_day
    union
    select measure_code, area_key, agency_code, source_code, calendar,
        period_type, period_start, period_end
    from newest
),

wanted as (
    select p.*, m.time_agg
    from spine as p
    inner join {{ ref('measures') }} as m on m.measure_code = p.measure_code
),

sums as (
    select
        w.measure_code, w.area_key, w.agency_code, w.source_code, w.calendar,
        w.period_type, w.period_start, w.period_end,
        cast(count(*) as integer) as months_wanted,
        cast(count(n.value) as integer) as months_found,
        min(n.base_id) as base_low,
        max(n.base_id) as base_high,
        sum(n.value) as value,
        max(n.known_from) as known_from,
        string_agg(n.source_ref, ' + ' order by m.month_start) as source_ref,
        string_agg(
            case when n.value is null then {{ month_label('m.month_start') }} end, ', '
            order by m.month_start
        ) as missing_months
    from wanted as w
    inner join months as m on m.month_start between w.period_start and w.period_end
    left join newest as n
        on n.measure_code = w.measure_code
        and n.area_key = w.area_key
        and n.agency_code = w.agency_code
        and n.source_code = w.source_code
        and n.calendar = w.calendar
        and n.period_type = 'month'
        and n.period_start = m.month_start
    where w.time_agg = 'sum' and w.period_type <> 'month'
    group by
        w.measure_code, w.area_key, w.agency_code, w.source_code, w.calendar,
        w.period_type, w.period_start, w.period_end
),

-- Months whose own workbook is in the lake: it appears at the end of the month or, since
-- decree 62/2024/NĐ-CP, on the 6th of the next.
published_months as (
    select distinct source_code, calendar, period_start as month_start
    from {{ ref('ind_measure_vintage') }}
    where period_type = 'month'
      and published_on < cast(period_start + interval '1 month' + interval '15 days' as date)
)

select
    w.measure_code,
    w.area_key,
    w.agency_code,
    w.source_code,
    w.calendar,
    w.period_type,
    w.period_start,
    w.period_end,
    case
        when n.value is not null then n.value
        when s.months_found = s.months_wanted and s.base_low = s.base_high
            then cast(s.value as decimal(28, 6))
    end as value,
    case
        when n.value is not null then n.base_id
        when s.months_found = s.months_wanted and s.base_low = s.base_high then s.base_low
    end as base_id,
    case
        when n.value is not null then n.estimate_status
        when s.months_found = s.months_wanted and s.base_low = s.base_high then 'computed'
    end as estimate_status,
    n.vintage_no,
    case
        when n.value is not null then n.known_from
        when s.months_found = s.months_wanted and s.base_low = s.base_high then s.known_from
    end as known_from,
    case
        when n.value is not null then n.source_ref
        when s.months_found = s.months_wanted and s.base_low = s.base_high then s.source_ref
    end as source_ref,
    case
        when n.value is not null then null
        when s.months_found = s.months_wanted and s.base_low = s.base_high then null
        when s.months_found < s.months_wanted
            then 'Không cộng được lũy kế: chưa có số liệu tháng ' || s.missing_months
        when s.base_low <> s.base_high
            then 'Không cộng được lũy kế: số liệu các tháng thuộc những gốc khác nhau'
        when p.month_start is null
            then 'Mất nguồn: kho chưa có biểu công bố kỳ ' || {{ month_label('w.period_end') }}
        else 'Biểu công bố kỳ này không có chỉ tiêu'
    end as value_reason
from wanted as w
left join newest as n
    on n.measure_code = w.measure_code
    and n.area_key = w.area_key
    and n.agency_code = w.agency_code
    and n.source_code = w.source_code
    and n.calendar = w.calendar
    and n.period_type = w.period_type
    and n.period_start = w.period_start
    and n.period_end = w.period_end
left join sums as s
    on s.measure_code = w.measure_code
    and s.area_key = w.area_key
    and s.agency_code = w.agency_code
    and s.source_code = w.source_code
    and s.calendar = w.calendar
    and s.period_type = w.period_type
    and s.period_start = w.period_start
    and s.period_end = w.period_end
left join published_months as p
    on p.source_code = w.source_code
    and p.calendar = w.calendar
    and p.month_start = make_date({{ year_of('w.period_end') }}, {{ month_of('w.period_end') }}, 1)
