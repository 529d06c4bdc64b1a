-- What a publication implies about the same period of the year before: its value and its own
-- change on last year give the figure the publisher compared with. Where that differs from the
-- value known at the time, the past was restated without being printed again (retail of 2023:
-- first release 6,231,828; the change of 8.96 % printed for 2024 rests on 5,865,487). It is kept
-- under a source code of its own, `<source>_suy_ra`, and never becomes the value of an indicator.
with said as (
    select
        v.measure_code,
        v.area_key,
        v.agency_code,
        v.source_code,
        v.calendar,
        v.period_type,
        d.prior_start as period_start,
        d.prior_end as period_end,
        {{ pct_base('v.value', 'c.value') }} as value,
        v.published_on,
        v.publication_order,
        v.known_from,
        v.base_id,
        v.source_ref || ' ÷ ' || c.source_ref as source_ref,
        greatest(v.loaded_at, c.loaded_at) as loaded_at
    from {{ ref('ind_measure_base') }} as v
    inner join {{ ref('msr_measure') }} as m
        on v.measure_code = m.change_of and m.change_kind = 'yoy' and v.measure_code <> m.measure_code
    inner join {{ ref('ind_measure_vintage') }} as c
        on m.measure_code = c.measure_code
        and v.area_key = c.area_key
        and v.agency_code = c.agency_code
        and v.source_code = c.source_code
        and v.calendar = c.calendar
        and v.period_type = c.period_type
        and v.period_start = c.period_start
        and v.period_end = c.period_end
        and v.publication_order = c.publication_order
    inner join {{ ref('dim_period') }} as d
        on v.calendar = d.calendar
        and v.period_type = d.period_type
        and v.period_start = d.period_start
        and v.period_end = d.period_end
    where c.value > -100
)

select
    s.*,
    k.value as value_known_then
from said as s
inner join {{ ref('ind_measure_vintage') }} as k
    on s.measure_code = k.measure_code
    and s.area_key = k.area_key
    and s.agency_code = k.agency_code
    and s.source_code = k.source_code
    and s.calendar = k.calendar
    and s.period_type = k.period_type
    and s.period_start = k.period_start
    and s.period_end = k.period_end
    and {{ was_known('k', 's.known_from') }}
-- Half a percent is far above what printed decimals can hide.
where abs(s.value - k.value) * 200 > abs(k.value)
