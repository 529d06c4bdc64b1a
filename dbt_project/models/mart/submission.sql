-- Who owes what by when, and what came: one row for each agency, form and month. A form is one more
-- relation of this shape.
{%- set forms = ['dq_owed_delivery'] %}
{%- for source, form in [('ioffice', 'dq_owed_task'), ('dvc', 'dq_owed_dossier')] if source in record_sources() %}
    {%- set _ = forms.append(form) %}
{%- endfor %}
with owed as (
    {%- for form in forms %}
    select * from {{ ref(form) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- A unit of a district or commune is known by its area alone.
named as (
    select
        o.*,
        {{ month_end('o.period_start') }} as period_end,
        case
            when o.agency_code <> '_all' then o.agency_code
            when d.level in ('district', 'commune') then d.area_key
            else 'chua_ro'
        end as named_code
    from owed as o
    left join {{ ref('dim_area') }} as d on o.area_key = d.area_key
),

-- What several offices owed of a month is its successor's who was in office when the month ended.
summed as (
    select
        n.kind,
        n.form_code,
        n.form_name,
        coalesce(h.agency_then, n.named_code) as agency_then,
        n.period_start,
        n.period_end,
        coalesce(min(case when n.missing_count > 0 then n.due_date end), max(n.due_date)) as due_date,
        max(n.received_on) as received_on,
        cast(sum(n.owed_count) as integer) as owed_count,
        cast(sum(n.received_count) as integer) as received_count,
        cast(sum(n.late_count) as integer) as late_count,
        cast(sum(n.missing_count) as integer) as missing_count,
        max(n.days_late) as days_late
    from named as n
    left join {{ ref('agency_in_office') }} as h
        on n.named_code = h.agency_code
        and n.period_end between coalesce(h.first_day, n.period_end) and coalesce(h.last_day, n.period_end)
    group by n.kind, n.form_code, n.form_name, coalesce(h.agency_then, n.named_code), n.period_start, n.period_end
),

-- Who answers today: the agency in office, or the unit into which a merged one went whole.
answering as (
    select
        s.*,
        md5(s.form_code || '|' || s.agency_then || '|' || cast(s.period_start as text)) as submission_id,
        case
            when s.missing_count > 0 then 'missing'
            when s.received_count < s.owed_count then 'waiting'
            -- a source owes more of its month each day
            when s.kind = 'source' and s.period_end >= {{ known_on() }} then 'waiting'
            when s.late_count > 0 then 'late'
            else 'received'
        end as status,
        coalesce(o.agency_then, g.area_key, s.agency_then) as agency_today
    from summed as s
    left join {{ ref('agency_in_office') }} as o
        on s.agency_then = o.agency_code
        and {{ known_on() }} between coalesce(o.first_day, {{ known_on() }}) and coalesce(o.last_day, {{ known_on() }})
    left join {{ ref('dim_area') }} as d on s.agency_then = d.area_key and d.valid_to < {{ known_on() }}
    left join {{ ref('bridge_area') }} as g on d.area_key = g.old_area_key and g.weight = 1
),

reminded as (
    select
        r.submission_id,
        cast(count(*) filter (where r.state <> 'withdrawn') as integer) as reminders_sent,
        max(r.reminded_on) as last_reminded_on,
        bool_or(r.is_contested) as is_contested,
        max(case when r.is_contested then r.contest_reason end) as contest_reason
    from {{ ref('reminder') }} as r
    group by r.submission_id
)

select
    cast(a.submission_id as text) as submission_id,
    cast(a.kind as text) as kind,
    cast(case a.kind
        when 'file' then 'Tệp số liệu' when 'source' then 'Nguồn kết nối'
        when 'task' then 'Nhiệm vụ' when 'dossier' then 'Hồ sơ'
    end as text) as kind_name,
    cast(a.form_code as text) as form_code,
    cast(a.form_name as text) as form_name,
    cast(a.agency_today as text) as agency_code,
    cast({{ unit_name('n', 'p') }} as text) as agency_name,
    cast(a.agency_then as text) as agency_then_code,
    cast({{ unit_name('w', 'q') }} as text) as agency_then_name,
    cast(a.period_start as date) as period_start,
    cast(a.period_end as date) as period_end,
    cast({{ month_label('a.period_start') }} as text) as period_label,
    cast(a.due_date as date) as due_date,
    cast(a.received_on as date) as received_on,
    a.owed_count,
    a.received_count,
    a.late_count,
    a.missing_count,
    cast(a.status as text) as status,
    cast(case a.status
        when 'missing' then 'Còn thiếu' when 'waiting' then 'Chưa đến hạn'
        when 'late' then 'Đủ nhưng chậm' else 'Đủ, đúng hạn'
    end as text) as status_name,
    case when a.status in ('missing', 'late') then a.days_late else 0 end as days_late,
    coalesce(r.reminders_sent, 0) as reminders_sent,
    cast(r.last_reminded_on as date) as last_reminded_on,
    coalesce(r.is_contested, false) as is_contested,
    cast(r.contest_reason as text) as contest_reason,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from answering as a
left join {{ ref('agencies') }} as n on a.agency_today = n.agency_code
left join {{ ref('dim_area') }} as p on a.agency_today = p.area_key
left join {{ ref('agencies') }} as w on a.agency_then = w.agency_code
left join {{ ref('dim_area') }} as q on a.agency_then = q.area_key
left join reminded as r on a.submission_id = r.submission_id
