-- What the board shows is the open vintage of its source; sums of months have no vintage.
select v.indicator_code, v.period_label, v.value, t.value as newest
from {{ ref('indicator_value') }} as v
left join {{ ref('indicator_vintage') }} as t
    on t.indicator_code = v.indicator_code
    and t.area_key = v.area_key
    and t.agency_code = v.agency_code
    and t.source_code = v.source_code
    and t.calendar = v.calendar
    and t.period_type = v.period_type
    and t.period_start = v.period_start
    and t.period_end = v.period_end
    and t.known_to is null
where v.value is distinct from t.value
  and v.estimate_status is distinct from 'computed'
