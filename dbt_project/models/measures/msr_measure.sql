-- Every measure: those of measures.csv and, for a level, its published changes.
select distinct
    m.measure_code,
    m.unit,
    case when m.kind in ('yoy', 'mom') then m.measure_code end as change_of,
    case when m.kind in ('yoy', 'mom') then m.kind end as change_kind,
    m.time_agg,
    m.base_break_pct
from {{ ref('measures') }} as m
union all
select distinct
    m.measure_code || '_' || c.change_kind || '_published',
    '%',
    m.measure_code,
    c.change_kind,
    'none',
    cast(null as decimal(10, 4))
from {{ ref('measures') }} as m
cross join (values ('yoy'), ('mom')) as c (change_kind)
where m.kind = 'level'
