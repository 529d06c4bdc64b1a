-- The nation's borders did not move between provinces: both bases must give the same figures.
select
    a.indicator_code,
    a.period_label,
    a.value,
    b.value as value_current
from {{ ref('indicator_value') }} as a
left join {{ ref('indicator_value') }} as b
    on a.indicator_code = b.indicator_code
    and a.area_key = b.area_key
    and a.agency_code = b.agency_code
    and a.calendar = b.calendar
    and a.period_type = b.period_type
    and a.period_start = b.period_start
    and a.period_end = b.period_end
    and b.basis = 'current'
where a.basis = 'as_published'
  and a.area_key = 'VN-00'
  and (b.indicator_code is null or a.value is distinct from b.value)
