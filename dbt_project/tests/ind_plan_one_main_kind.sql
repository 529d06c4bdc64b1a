-- One kind at most stands beside an indicator.
select indicator_code
from {{ ref('plan_targets') }}
where is_main
group by indicator_code
having count(*) > 1
