-- Two vintages of one key and source must not be valid at one moment.
select
    a.indicator_code,
    a.source_code,
    a.period_type,
    a.period_start,
    a.vintage_no,
    b.vintage_no as other_no
from {{ ref('indicator_vintage') }} as a
inner join {{ ref('indicator_vintage') }} as b
    on a.indicator_code = b.indicator_code
    and a.area_key = b.area_key
    and a.agency_code = b.agency_code
    and a.source_code = b.source_code
    and a.calendar = b.calendar
    and a.period_type = b.period_type
    and a.period_start = b.period_start
    and a.period_end = b.period_end
    and a.vintage_no < b.vintage_no
    and b.known_from < coalesce(a.known_to, b.known_from + interval '1 day')
