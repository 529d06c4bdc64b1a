-- The value known now of every indicator and period on both bases: on the unit that published it,
-- and on the unit of today.
select
    p.indicator_code,
    p.area_key,
    p.agency_code,
    cast('as_published' as text) as basis,
    p.source_code,
    p.calendar,
    p.period_type,
    p.period_start,
    p.period_end,
    p.value,
    case when p.kind = 'ratio' and p.value is not null then p.numerator end as numerator,
    case when p.kind = 'ratio' and p.value is not null then p.denominator end as denominator,
    case when p.value is not null then p.estimate_status end as estimate_status,
    case when p.value is not null then p.vintage_no end as vintage_no,
    case when p.value is not null then p.known_from end as known_from,
    case when p.value is not null then
        p.numerator_ref || case when p.kind = 'ratio' then ' ÷ ' || p.denominator_ref else '' end
    end as source_ref,
    case when p.value is not null then p.base_id end as base_id,
    case when p.value is not null then p.area_key || ':' || cast(p.base_id as text) end as base_key,
    p.value_reason,
    p.area_key as figure_area_key,
    false as is_estimated
from {{ ref('ind_as_published') }} as p
union all
select
    c.indicator_code,
    c.area_key,
    c.agency_code,
    'current',
    c.source_code,
    c.calendar,
    c.period_type,
    c.period_start,
    c.period_end,
    c.value,
    c.numerator,
    c.denominator,
    c.estimate_status,
    c.vintage_no,
    c.known_from,
    c.source_ref,
    c.base_id,
    c.base_key,
    c.value_reason,
    c.figure_area_key,
    c.is_estimated
from {{ ref('ind_carried') }} as c
