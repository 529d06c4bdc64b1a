-- Every unit there ever was is carried on units of today, wholly.
select
    a.area_key,
    sum(b.weight) as weight
from {{ ref('dim_area') }} as a
left join {{ ref('bridge_area') }} as b on a.area_key = b.old_area_key
left join {{ ref('dim_area') }} as n on b.area_key = n.area_key and n.is_current
group by a.area_key
having count(*) <> count(n.area_key) or sum(b.weight) <> 1
