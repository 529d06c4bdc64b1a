-- Every issue can be looked up in the catalogue of rules.
select
    i.issue_id,
    i.rule_id
from {{ ref('quality_issue') }} as i
where not exists (
    select 1 from {{ ref('quality_rule') }} as r
    where r.rule_id = i.rule_id and r.source in ('', i.source)
)
