-- Where two sources tell one figure, a line of source_priority.csv says which is shown; so every
-- source that ever told something needs its line.
select distinct v.source_code
from {{ ref('ind_vintage') }} as v
left join {{ ref('source_priority') }} as p
    on v.source_code = p.source_code and coalesce(p.indicator_code, '') = ''
where p.source_code is null
