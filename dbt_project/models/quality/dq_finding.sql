-- One row per finding: a rule, and the thing that breaks it or once broke it. It is open while the
-- newest delivery of the thing still breaks the rule.
with spans as (
    select
        r.finding_id,
        min(r.known_from) as first_seen,
        max(r.known_from) as last_seen,
        max(case when r.is_current then 1 else 0 end) = 1 as is_open,
        count(distinct r.delivery) as delivery_count
    from {{ ref('dq_finding_row') }} as r
    group by r.finding_id
),

shown as (
    select distinct on (r.finding_id) r.*
    from {{ ref('dq_finding_row') }} as r
    order by
        r.finding_id asc,
        case when r.is_current then 0 else 1 end asc, r.known_from desc, r.delivery asc, r.address asc
),

rules as (
    select distinct on (q.rule_id, q.source_code) q.*
    from {{ ref('dq_rule') }} as q
    order by q.rule_id, q.source_code
)

select
    f.finding_id,
    f.source_code,
    f.agency_code,
    f.rule_id,
    f.dimension,
    f.severity,
    -- a rule's words may not fit what one of its rows shows
    coalesce(f.own_sentence, r.sentence) as sentence,
    r.mend,
    f.score_month,
    f.family,
    f.series_code,
    f.area_key,
    f.period_type,
    f.period_start,
    f.delivery,
    f.source_file,
    case when f.address like '%!%' then
        substr(f.address, 1, length(f.address) - strpos(reverse(f.address), '!'))
    else '' end as sheet,
    case when f.address like '%!%' then
        right(f.address, strpos(reverse(f.address), '!') - 1)
    else f.address end as cell,
    f.value_text,
    f.detail || case
        when s.delivery_count > 1
            then '; gặp ở ' || cast(s.delivery_count as varchar) || ' lần giao'
        else ''
    end as detail,
    f.record,
    s.first_seen,
    s.last_seen,
    s.is_open
from shown as f
inner join spans as s on f.finding_id = s.finding_id
inner join rules as r on f.rule_id = r.rule_id and r.source_code in ('', f.source_code)
