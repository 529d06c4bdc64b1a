-- No broken row is lost between the subjects and the inbox, and none is counted twice.
select r.finding_id
from {{ ref('dq_finding_row') }} as r
left join {{ ref('dq_finding') }} as f on r.finding_id = f.finding_id
where f.finding_id is null
