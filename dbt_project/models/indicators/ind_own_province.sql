-- The province this warehouse serves: the one whose records are counted here. None where only published
-- statistics were taken in.
select distinct y.area_key
from {{ ref('ind_yoy') }} as y
inner join {{ ref('dim_area') }} as d on y.area_key = d.area_key
where d.level = 'province' and {{ is_counted('y.source_code') }}
