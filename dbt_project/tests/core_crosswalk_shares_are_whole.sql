-- What an event hands on of a unit is the whole of it, and every unit that ended was handed on once.
select
    a.area_key,
    x.event_id,
    sum(x.weight) as weight
from {{ ref('areas') }} as a
left join {{ ref('area_crosswalk') }} as x on a.area_key = x.old_key
group by a.area_key, a.valid_to, x.event_id
having (a.valid_to is not null and (x.event_id is null or sum(x.weight) <> 1))
    or (a.valid_to is null and x.event_id is not null)
