-- What a publication implies about the same period of the year before: its value and its own
-- change on last year give the figure the publisher compared with. Where that differs from the
-- value known at the time, the past was restated without being printed again (retail of 2023:
-- first release 6,231,828; the change of 8.96 % printed for 2024 rests on 5,865,487). It is kept
-- under a source code of its own, `<source>_suy_ra`, and never becomes the value of an indicator.
with said as (
    select
        v.measure_code, v.area_key, v.agency_code, v.source_code, v.calendar, v.period_type,
        {{ year_before('v.period_start') }} as period_start,
        {{ end_year_before('v.period_end') }} as period_end,
        {{ pct_base('v.value', 'c.value') }} as value,
        v.published_on, v.publication_order, v.known_from, v.base_id,
        v.source_ref || ' ÷ ' || c.source_ref as source_ref,
        greatest(v.loaded_at, c.loaded_at) as loaded_at
    from {{ ref('ind_measure_base') }} as v
    inner join {{ ref('msr_measure') }} as m
        on m.change_of = v.measure_code and m.change_kind = 'yoy' and m.measure_code <> v.measure_code
    inner join {{ ref('ind_measure_vintage') }} as c
        on c.measure_code = m.measure_code
        and c.area_key = v.area_key
        and c.agency_code = v.agency_code
        and c.source_code = v.source_code
        and c.calendar = v.calendar
        and c.period_type = v.period_type
        and c.period_start = v.period_start
        and c.period_end = v.period_end
        and c.publication_order = v.publication_order
    where c.value > -100
)

select s.*, k.value as value_known_then
from said as s
inner join {{ ref('ind_measure_vintage') }} as k
    on k.measure_code = s.measure_code
    and k.area_key = s.area_key
    and k.agency_code = s.agency_code
    and k.source_code = s.source_code
    and k.calendar = s.calendar
    and k.period_type = s.period_type
    and k.period_start = s.period_start
    and k.period_end = s.period_end
    and k.known_from <= s.known_from
    and (k.known_to is null or k.known_to > s.known_from)
-- Half a percent is far above what printed decimals can hide.
where abs(s.value - k.value) * 200 > abs(k.value)
