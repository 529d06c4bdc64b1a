-- What the board shows is the open vintage of its source; sums of months and figures carried from
-- units of other borders have no vintage.
select
    v.indicator_code,
    v.period_label,
    v.value,
    t.value as newest
from {{ ref('indicator_value') }} as v
left join {{ ref('indicator_vintage') }} as t
    on v.indicator_code = t.indicator_code
    and v.area_key = t.area_key
    and v.agency_code = t.agency_code
    and v.source_code = t.source_code
    and v.calendar = t.calendar
    and v.period_type = t.period_type
    and v.period_start = t.period_start
    and v.period_end = t.period_end
    and t.known_to is null
where v.value is distinct from t.value
  and v.estimate_status is distinct from 'computed'
  and (v.basis = 'as_published' or v.vintage_no is not null)
