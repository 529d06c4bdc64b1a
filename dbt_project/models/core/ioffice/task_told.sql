{{ config(tags=['source_ioffice'], materialized='view') }}
-- Versions of tasks with the agency that leads them and whether they were done by the day they are due.
select
    s.load_id,
    s._delivery,
    s.loaded_at,
    s.record_key,
    s.version_no,
    s.known_at,
    s.is_deleted,
    s.reference,
    s.reference_on,
    s.assigned_on,
    s.assigner,
    s.leader,
    s.helpers,
    s.content,
    s.due_on,
    s.done_on,
    s.state,
    s.reminder_count,
    -- «Số: /TB-UBND» has no number yet
    coalesce(s.reference ~ '^[0-9]', false) and s.reference_on is not null as is_reference_complete,
    coalesce(s.state = 'Hủy', false) as is_cancelled,
    coalesce(s.done_on <= s.due_on, false) as is_on_time,
    i.agency_code,
    i.area_key
from {{ ref('stg_ioffice__nhiem_vu') }} as s
left join {{ ref('agency_identifiers') }} as i
    on i.system = 'ma_dinh_danh' and s.leader = i.identifier
    and s.assigned_on between coalesce(i.valid_from, s.assigned_on) and coalesce(i.valid_to, s.assigned_on)
