{{ config(materialized='view') }}
-- What each source owes for each of its months: a workbook owes its tables, a source of records its
-- working days. dq_expected says what is owed and what came; a figure that a table lacks is an issue of
-- quality, not of delivery.
with items as (
    select
        case when p.kind = 'records' then 'source' else 'file' end as kind,
        e.source_code,
        coalesce(p.title, e.source_code) as title,
        e.agency_code,
        e.score_month,
        e.due_until,
        e.received_on,
        case when p.kind = 'records' then e.expected_fields else 1 end as owed,
        case when p.kind = 'records' then e.received_fields
            when e.received_on is not null then 1
            else 0 end as received
    from {{ ref('dq_expected') }} as e
    left join {{ promised_sources() }} as p on e.source_code = p.source_code
    where e.expected_fields > 0
)

select
    cast(i.kind as text) as kind,
    cast(i.source_code as text) as form_code,
    cast(i.title as text) as form_name,
    i.agency_code,
    cast(null as text) as area_key,
    i.score_month as period_start,
    min(i.due_until) as due_date,
    max(i.received_on) as received_on,
    cast(sum(i.owed) as integer) as owed_count,
    cast(sum(i.received) as integer) as received_count,
    cast(sum(case when i.received_on > i.due_until then i.received else 0 end) as integer) as late_count,
    cast(sum(case when i.due_until < {{ known_on() }} then i.owed - i.received else 0 end) as integer)
        as missing_count,
    cast(greatest(max(case
        when i.received < i.owed and i.due_until < {{ known_on() }} then {{ known_on() }} - i.due_until
        when i.received_on > i.due_until then i.received_on - i.due_until
    end), 0) as integer) as days_late
from items as i
group by i.kind, i.source_code, i.title, i.agency_code, i.score_month
