-- Two vintages of one key and source must not be valid at one moment.
select a.indicator_code, a.source_code, a.period_type, a.period_start, a.vintage_no, b.vintage_no as other_no
from {{ ref('indicator_vintage') }} as a
inner join {{ ref('indicator_vintage') }} as b
    on b.indicator_code = a.indicator_code
    and b.area_key = a.area_key
    and b.agency_code = a.agency_code
    and b.source_code = a.source_code
    and b.calendar = a.calendar
    and b.period_type = a.period_type
    and b.period_start = a.period_start
    and b.period_end = a.period_end
    and b.vintage_no > a.vintage_no
    and b.known_from < coalesce(a.known_to, b.known_from + interval '1 day')
