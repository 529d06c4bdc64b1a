-- A field without a board would have figures nobody sees.
select distinct i.domain
from {{ ref('indicators') }} as i
left join {{ ref('boards') }} as b on i.domain = b.domain
where b.domain is null
