-- Every broken rule of every delivery, whichever stage found it, with the id of its finding.
with broken as (
    select
        b.rule_id,
        b.dimension,
        b.severity,
        cast(null as varchar) as own_sentence,
        {{ breach_columns('b') }},
        b.detail,
        b.record,
        cast(null as bigint) as cell_count
    from {{ ref('dq_breach') }} as b
    union all
    select
        j.rule_id,
        j.dimension,
        j.severity,
        j.own_sentence,
        {{ breach_columns('j') }},
        j.detail,
        j.record,
        j.cell_count
    from {{ ref('dq_judgement') }} as j
)

select
    b.*,
    md5(b.source_code || '|' || b.rule_id || '|' || b.record_key) as finding_id
from broken as b
