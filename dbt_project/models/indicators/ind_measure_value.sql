-- The value known now of every measure for every period it should have: the newest vintage; for
-- additive measures without a published cumulative, the sum of the newest months of the same
-- calendar, if all exist and share one base; else nothing, with the reason. A missing period is a row.
{%- set sum_holds -%}
    s.base_low = s.base_high
    and ((s.missing_months is null and s.months_found = s.months_expected) or {{ is_counted('w.source_code') }})
{%- endset %}
with lengths as (
    select
        l.calendar,
        l.period_type,
        l.period_start,
        l.period_end,
        l.month_no - f.month_no + 1 as months_expected
    from {{ ref('dim_period') }} as l
    inner join {{ ref('dim_period') }} as f
        on l.calendar = f.calendar and l.period_start = f.period_start and f.period_type = 'month'
    where l.period_type not in ('day', 'month')
),

sums as (
    select
        w.measure_code,
        w.area_key,
        w.agency_code,
        w.source_code,
        w.calendar,
        w.period_type,
        w.period_start,
        w.period_end,
        max(l.months_expected) as months_expected,
        count(n.value) as months_found,
        min(n.base_id) as base_low,
        max(n.base_id) as base_high,
        sum(n.value) as value,
        max(n.known_from) as known_from,
        string_agg(n.source_ref, ' + ' order by m.period_start) as source_ref,
        string_agg(
            case when n.value is null then {{ month_label('m.period_end') }} end, ', '
            order by m.period_start
        ) as missing_months
    from {{ ref('ind_spine') }} as w
    inner join {{ ref('ind_spine') }} as m
        on w.measure_code = m.measure_code
        and w.area_key = m.area_key
        and w.agency_code = m.agency_code
        and w.source_code = m.source_code
        and w.calendar = m.calendar
        and m.period_type = 'month'
        and w.period_start <= m.period_start
        and w.period_end >= m.period_end
    inner join lengths as l
        on w.calendar = l.calendar
        and w.period_type = l.period_type
        and w.period_start = l.period_start
        and w.period_end = l.period_end
    left join {{ ref('ind_measure_base') }} as n
        on m.measure_code = n.measure_code
        and m.area_key = n.area_key
        and m.agency_code = n.agency_code
        and m.source_code = n.source_code
        and m.calendar = n.calendar
        and n.period_type = 'month'
        and m.period_start = n.period_start
        and n.known_to is null
    where w.time_agg = 'sum' and w.period_type not in ('day', 'month')
    group by
        w.measure_code, w.area_key, w.agency_code, w.source_code, w.calendar,
        w.period_type, w.period_start, w.period_end
),

-- Months whose own workbook is in the lake: it appears at the end of the month or, since
-- decree 62/2024/NĐ-CP, on the 6th of the next.
published_months as (
    select distinct
        source_code,
        calendar,
        period_end as month_end
    from {{ ref('ind_measure_vintage') }}
    where period_type = 'month'
      and period_end + 16 > published_on
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
    cast(case
        when n.value is not null then n.value
        when {{ sum_holds }} then s.value
    end as decimal(28, 6)) as value,
    case
        when n.value is not null then n.base_id
        when {{ sum_holds }} then s.base_low
    end as base_id,
    case
        when n.value is not null then n.estimate_status
        when {{ sum_holds }} then 'computed'
    end as estimate_status,
    n.vintage_no,
    case
        when n.value is not null then n.known_from
        when {{ sum_holds }} then s.known_from
    end as known_from,
    case
        when n.value is not null then n.source_ref
        when {{ sum_holds }} then s.source_ref
    end as source_ref,
    case
        when n.value is not null then null
        when {{ sum_holds }} then null
        when {{ is_counted('w.source_code') }} then 'Không phát sinh trong kỳ'
        when s.missing_months is not null
            then 'Không cộng được lũy kế: chưa có số liệu tháng ' || s.missing_months
        when s.base_low <> s.base_high
            then 'Không cộng được lũy kế: số liệu các tháng thuộc những gốc khác nhau'
        when w.period_type = 'day'
            then 'Chưa có số liệu ngày ' || {{ period_label("'day'", 'w.period_start', 'w.period_end') }}
        when p.month_end is null
            then 'Mất nguồn: kho chưa có biểu công bố kỳ ' || {{ month_label('w.period_end') }}
        else 'Biểu công bố kỳ này không có chỉ tiêu'
    end as value_reason
from {{ ref('ind_spine') }} as w
left join {{ ref('ind_measure_base') }} as n
    on w.measure_code = n.measure_code
    and w.area_key = n.area_key
    and w.agency_code = n.agency_code
    and w.source_code = n.source_code
    and w.calendar = n.calendar
    and w.period_type = n.period_type
    and w.period_start = n.period_start
    and w.period_end = n.period_end
    and n.known_to is null
left join sums as s
    on w.measure_code = s.measure_code
    and w.area_key = s.area_key
    and w.agency_code = s.agency_code
    and w.source_code = s.source_code
    and w.calendar = s.calendar
    and w.period_type = s.period_type
    and w.period_start = s.period_start
    and w.period_end = s.period_end
left join published_months as p
    on w.source_code = p.source_code
    and w.calendar = p.calendar
    and w.period_end = p.month_end
