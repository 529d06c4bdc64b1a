-- A plan whose unit cannot become the indicator's, or whose indicator names no plan of this kind,
-- would be lost in silence.
select
    p.indicator_code,
    p.plan_kind,
    p.area_key,
    p.year
from {{ ref('plans') }} as p
left join {{ ref('ind_plan') }} as k
    on p.indicator_code = k.indicator_code and p.plan_kind = k.plan_kind
    and p.area_key = k.area_key and p.year = k.year_no and p.valid_from = k.counts_from
left join {{ ref('plan_targets') }} as t
    on p.indicator_code = t.indicator_code and p.plan_kind = t.plan_kind
where k.indicator_code is null or t.indicator_code is null
