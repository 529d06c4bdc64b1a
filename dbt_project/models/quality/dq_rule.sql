-- Every rule in force, as expectations/*.yml says it, and those that are not in force any more but
-- by which something was set aside.
{%- set catalogue = var('kho_rules', []) %}
with in_force as (
    select * from (values
        {%- for r in catalogue if r is mapping %}
        (
            {{ sql_text(r.id) }}, {{ sql_text(r.source) }}, {{ sql_text(r.stage) }},
            {{ sql_text(r.subject or r.table_name) }}, {{ sql_text(r.dimension) }},
            {{ sql_text(r.severity) }}, {{ sql_text(r.sentence) }}, {{ sql_text(r.mend) }},
            {{ r.min_rows }}, cast({{ r.min_share }} as decimal(28, 6))
        ),
        {%- endfor %}
        (
            {{ sql_text('') }}, {{ sql_text('') }}, {{ sql_text('') }}, {{ sql_text('') }},
            {{ sql_text('') }}, {{ sql_text('') }}, {{ sql_text('') }}, {{ sql_text('') }}, 1,
            cast(0 as decimal(28, 6))
        )
    ) as v (rule_id, source_code, stage, subject, dimension, severity, sentence, mend, min_rows, min_share)
    where v.rule_id <> ''
),

said_before as (
    select distinct on (j.source_code, j.rule_id)
        j.rule_id,
        j.source_code,
        j.dimension,
        j.severity,
        j.sentence
    from {{ ref('dq_judgement') }} as j
    where not exists (
        select 1 from in_force as r
        where r.rule_id = j.rule_id and r.stage = 'arrival' and r.source_code in ('', j.source_code)
    )
    order by j.source_code asc, j.rule_id asc, j.known_from desc, j.record_key asc
)

select
    r.rule_id,
    r.source_code,
    r.stage,
    r.subject,
    r.dimension,
    r.severity,
    r.sentence,
    r.mend,
    case
        when r.min_rows > 1 and r.min_share > 0
            then 'Từ ' || cast(r.min_rows as varchar) || ' dòng và '
            || {{ vn_number('100 * r.min_share', 1) }} || ' % số dòng của một lần giao'
        when r.min_rows > 1 then 'Từ ' || cast(r.min_rows as varchar) || ' dòng của một lần giao'
        when r.min_share > 0
            then 'Từ ' || {{ vn_number('100 * r.min_share', 1) }} || ' % số dòng của một lần giao'
        else 'Một dòng là đủ'
    end as minimum_effect
from in_force as r
union all
select
    s.rule_id,
    s.source_code,
    'arrival',
    '',
    s.dimension,
    s.severity,
    s.sentence,
    'Luật không còn dùng; xem lại những gì nó đã giữ lại',
    'Một dòng là đủ'
from said_before as s
