{{ config(materialized='table') }}

-- What stewards know better than the print: their own lines and their answers to questions. The
-- last word on an issue counts; reopening it takes the answer back.
with words as (
    select distinct on (d.issue_id) d.*
    from {{ steward_decisions() }} as d
    where d.action in ('answer', 'reopen')
    order by d.issue_id asc, d.seq desc
),

answers as (
    select
        w.*,
        {{ json_field('w.subject', 'source_code') }} as source_code,
        cast({{ json_field('w.subject', 'published_month') }} as date) as published_month,
        {{ json_field('w.subject', 'sheet') }} as sheet,
        {{ json_field('w.subject', 'cell') }} as cell,
        {{ json_field('w.subject', 'item_path') }} as item_path,
        {{ json_field('w.subject', 'unit_text') }} as unit_text
    from words as w
    where w.action = 'answer'
)

select
    'qd-' || cast(a.seq as text) as correction_id,
    'tra_loi' as origin,
    a.issue_id,
    a.source_code,
    case when a.scope = 'once' then a.published_month end as published_month,
    a.sheet,
    case when a.scope = 'once' then a.cell end as cell,
    case when a.scope = 'always' then a.item_path end as item_path,
    case when a.scope = 'always' then a.unit_text end as unit_text,
    cast(null as text) as series_code,
    a.expect,
    cast(a.value as decimal(28, 6)) as value,
    a.reason,
    a.by as decided_by,
    cast(a.decided_at at time zone 'Asia/Ho_Chi_Minh' as date) as decided_on,
    a.seq as decision_seq
from answers as a
union all
select
    'csv-' || substr(md5(
        c.source_code || '|' || coalesce(cast(c.published_month as text), '') || '|'
        || coalesce(c.sheet, '') || '|' || coalesce(c.cell, '') || '|'
        || coalesce(c.series_code, '') || '|' || c.expect
    ), 1, 8) as correction_id,
    'tep_dinh_chinh' as origin,
    cast(null as text) as issue_id,
    c.source_code,
    c.published_month,
    nullif(c.sheet, '') as sheet,
    nullif(c.cell, '') as cell,
    cast(null as text) as item_path,
    cast(null as text) as unit_text,
    nullif(c.series_code, '') as series_code,
    c.expect,
    c.value,
    c.reason,
    c.decided_by,
    c.decided_on,
    cast(null as bigint) as decision_seq
from {{ ref('corrections') }} as c
