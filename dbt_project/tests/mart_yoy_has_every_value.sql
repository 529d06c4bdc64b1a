-- The comparison table has exactly the rows of the value table.
select v.indicator_code, v.period_label, v.basis
from {{ ref('indicator_value') }} as v
left join {{ ref('indicator_yoy') }} as y
    on y.indicator_code = v.indicator_code
    and y.area_key = v.area_key
    and y.agency_code = v.agency_code
    and y.basis = v.basis
    and y.calendar = v.calendar
    and y.period_type = v.period_type
    and y.period_start = v.period_start
    and y.period_end = v.period_end
where y.indicator_code is null
