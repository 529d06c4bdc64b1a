with issues as (
    select
        f.rule_id,
        f.source_code,
        count(*) filter (where f.is_open) as open_issues,
        max(f.last_seen) as last_seen
    from {{ ref('dq_finding') }} as f
    group by f.rule_id, f.source_code
),

counted as (
    select
        r.rule_id,
        r.source_code,
        sum(i.open_issues) as open_issues,
        max(i.last_seen) as last_seen
    from {{ ref('dq_rule') }} as r
    left join issues as i on r.rule_id = i.rule_id and r.source_code in ('', i.source_code)
    group by r.rule_id, r.source_code
)

select
    cast(r.rule_id as text) as rule_id,
    cast(r.source_code as text) as source,
    cast(r.stage as text) as stage,
    cast(r.dimension as text) as dimension,
    cast(r.severity as text) as severity,
    cast(r.sentence as text) as sentence,
    cast(r.mend as text) as mend,
    cast(r.minimum_effect as text) as minimum_effect,
    cast(coalesce(c.open_issues, 0) as integer) as open_issues,
    cast(c.last_seen at time zone 'Asia/Ho_Chi_Minh' as date) as last_broken_on,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from {{ ref('dq_rule') }} as r
inner join counted as c on r.rule_id = c.rule_id and r.source_code = c.source_code
