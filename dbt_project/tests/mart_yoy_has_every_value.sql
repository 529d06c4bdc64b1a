-- The comparison table has exactly the rows of the value table.
select
    v.indicator_code,
    v.period_label,
    v.basis
from {{ ref('indicator_value') }} as v
left join {{ ref('indicator_yoy') }} as y
    on v.indicator_code = y.indicator_code
    and v.area_key = y.area_key
    and v.agency_code = y.agency_code
    and v.basis = y.basis
    and v.calendar = y.calendar
    and v.period_type = y.period_type
    and v.period_start = y.period_start
    and v.period_end = y.period_end
where y.indicator_code is null
