-- An event ends the units it takes from, and its targets of their level begin with it: a unit that
-- grew under its own key would have its old figures compared with its new ones.
select
    x.event_id,
    x.old_key,
    x.new_key
from {{ ref('area_crosswalk') }} as x
inner join {{ ref('area_events') }} as e on x.event_id = e.event_id
inner join {{ ref('areas') }} as o on x.old_key = o.area_key
inner join {{ ref('areas') }} as n on x.new_key = n.area_key
where coalesce(o.valid_to >= e.effective_on, true)
   or (o.level = n.level and n.valid_from < e.effective_on)
