-- The nation's borders did not move between provinces: both bases must give the same figures.
select a.indicator_code, a.period_label, a.value, b.value as value_current
from {{ ref('indicator_value') }} as a
left join {{ ref('indicator_value') }} as b
    on b.indicator_code = a.indicator_code
    and b.area_key = a.area_key
    and b.agency_code = a.agency_code
    and b.calendar = a.calendar
    and b.period_type = a.period_type
    and b.period_start = a.period_start
    and b.period_end = a.period_end
    and b.basis = 'current'
where a.basis = 'as_published'
  and a.area_key = 'VN-00'
  and (b.indicator_code is null or a.value is distinct from b.value)
