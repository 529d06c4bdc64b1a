-- Every alert from its first bad period to its end, with who answers and by when. What an indicator
-- lacks is none of them: for a source that owes figures there is one item (kind no_data).
with alerts as (
    select
        e.*,
        t.warn_value,
        t.breach_value,
        t.days_due,
        t.basis,
        t.legal_act,
        case
            when e.kind = 'no_data' then coalesce(p.owner_agency, t.responsible_code)
            when t.per_agency and e.agency_code <> '_all' then e.agency_code
            else t.responsible_code
        end as named_code,
        p.title as source_title,
        {{ local_day('e.fired_at') }} as fired_on,
        cast(count(*) over (
            partition by e.source_code, {{ local_day('e.fired_at') }}
        ) as integer) as told_together
    from {{ ref('ind_alert_episode') }} as e
    inner join {{ ref('thresholds') }} as t
        on e.rule_id = t.rule_id
        and coalesce(e.fired_end, e.last_end) >= coalesce(t.valid_from, date '0001-01-01')
        and coalesce(e.fired_end, e.last_end) <= coalesce(t.valid_to, date '9999-12-31')
    left join {{ promised_sources() }} as p on e.source_code = p.source_code
),

-- A merged agency's duties are its successor's: who answered when it fired, and who answers now.
answering as (
    select
        a.*,
        coalesce(h.agency_then, a.named_code) as responsible_then,
        coalesce(o.agency_then, a.named_code) as responsible_code,
        i.name_vi as indicator_name,
        i.domain,
        i.unit,
        i.decimals,
        d.area_code,
        d.area_name,
        coalesce(a.fired_level, a.severity) as level,
        coalesce(a.fired_reading, a.worst_reading) as reading,
        {{ period_label('a.period_type', 'coalesce(a.fired_start, a.last_start)', 'coalesce(a.fired_end, a.last_end)') }}
            as period_label,
        t.day as due_date,
        u.day as twice_due_date,
        a.state <> 'resolved' and coalesce(g.handling, 'moi') <> 'da_dong' as is_open,
        coalesce(g.handling, 'moi') as handling,
        g.assignee,
        g.reason as handling_reason,
        g.verdict,
        g.decided_at as handled_at,
        {{ known_on() }} - t.day as days_over
    from alerts as a
    inner join {{ ref('dim_area') }} as d on a.area_key = d.area_key
    left join {{ ref('indicators') }} as i on a.indicator_code = i.code
    left join {{ ref('agency_in_office') }} as h
        on a.named_code = h.agency_code
        and a.fired_on between coalesce(h.first_day, a.fired_on) and coalesce(h.last_day, a.fired_on)
    left join {{ ref('agency_in_office') }} as o
        on a.named_code = o.agency_code
        and {{ known_on() }} between coalesce(o.first_day, {{ known_on() }}) and coalesce(o.last_day, {{ known_on() }})
    left join {{ ref('dim_date') }} as f on a.fired_on = f.day
    left join {{ ref('dim_date') }} as t
        on f.working_day_no + a.days_due = t.working_day_no and t.is_working_day
    left join {{ ref('dim_date') }} as u
        on f.working_day_no + 2 * a.days_due = u.working_day_no and u.is_working_day
    left join {{ alert_handling() }} as g on a.alert_id = g.alert_id
)

select
    cast(a.alert_id as text) as alert_id,
    cast(substr(a.alert_id, 1, 8) as text) as alert_code,
    cast(a.rule_id as text) as rule_id,
    cast(a.kind as text) as kind,
    cast(case a.kind
        when 'level' then 'Mức' when 'yoy' then 'So với cùng kỳ' when 'plan_gap' then 'So với kế hoạch'
        when 'run_rate' then 'Nhịp cần đạt' when 'late' then 'Số liệu chậm' when 'outlier' then 'Bất thường theo mùa'
        when 'no_data' then 'Nguồn thiếu số liệu'
    end as text) as kind_name,
    cast(a.severity as text) as level,
    cast(case a.severity when 'alarm' then 'Báo động' else 'Cảnh báo' end as text) as level_name,
    cast(case when a.kind = 'no_data' and a.state <> 'resolved' then 'no_data' else a.state end as text) as state,
    cast(case
        when a.corrected_at is not null then 'Đã đính chính'
        when a.kind = 'no_data' and a.state <> 'resolved' then 'Thiếu số liệu'
        when a.state = 'pending' then 'Đang chờ đủ kỳ'
        when a.state = 'firing' then 'Đang cảnh báo'
        when a.state = 'recovering' then 'Đang hồi phục'
        else 'Đã kết thúc'
    end as text) as state_name,
    cast(a.is_open as boolean) as is_open,
    cast(a.lacks_data as boolean) as lacks_data,
    cast(a.corrected_at is not null as boolean) as is_corrected,
    cast(a.indicator_code as text) as indicator_code,
    cast(coalesce(a.indicator_name, a.source_title, a.source_code) as text) as indicator_name,
    cast(a.domain as text) as domain,
    cast(a.unit as text) as unit,
    cast(a.area_key as text) as area_key,
    cast(a.area_code as text) as area_code,
    cast(a.area_name as text) as area_name,
    cast(a.agency_code as text) as agency_code,
    cast(a.source_code as text) as source_code,
    cast(coalesce(a.source_title, a.source_code) as text) as source_title,
    cast(a.calendar as text) as calendar,
    cast(a.period_type as text) as period_type,
    cast({{ period_label('a.period_type', 'a.first_start', 'a.first_end') }} as text) as opened_period,
    cast(a.first_start as date) as first_period_start,
    cast(a.fired_start as date) as fired_period_start,
    cast(a.fired_end as date) as fired_period_end,
    cast(a.period_label as text) as period_label,
    cast({{ period_label('a.period_type', 'a.last_start', 'a.last_end') }} as text) as last_period,
    cast(a.last_start as date) as last_period_start,
    cast(a.last_end as date) as last_period_end,
    cast(a.periods as integer) as periods,
    cast(a.resolved_end as date) as resolved_period_end,
    cast(a.fired_at as timestamptz) as fired_at,
    cast(coalesce(a.fired_value, a.newest_value) as decimal(28, 6)) as value,
    cast(case coalesce(a.fired_level, a.severity) when 'alarm' then a.breach_value else a.warn_value end
        as decimal(28, 6)) as threshold,
    cast(a.fired_reading as decimal(28, 6)) as fired_reading,
    cast(a.worst_reading as decimal(28, 6)) as worst_reading,
    cast({{ reading_unit('a') }} as text) as reading_unit,
    cast(a.resolved_at as timestamptz) as resolved_at,
    cast(a.corrected_at as timestamptz) as corrected_at,
    cast(
        coalesce(a.indicator_name, a.source_title, a.source_code) || ' (' || a.area_name || ', '
        || a.period_label || ') ' || {{ reading_sentence('a') }} || '.'
        || case when a.fired_level = 'warn' and a.severity = 'alarm'
            then ' Sau đó tới mức báo động, xấu nhất ' || {{ vn_number('a.worst_reading', 2) }} || ' '
                || {{ reading_unit('a') }} || '.'
            else '' end
        || case when a.corrected_at is not null
            then ' Đã đính chính: số công bố lại không còn vượt ngưỡng.' else '' end
    as text) as message,
    cast(a.responsible_code as text) as responsible_code,
    cast(n.agency_name as text) as responsible_name,
    cast(a.responsible_then as text) as responsible_then_code,
    cast(w.agency_name as text) as responsible_then_name,
    cast(a.due_date as date) as due_date,
    cast(coalesce(a.is_open and a.days_over > 0, false) as boolean) as is_overdue,
    cast(case
        when a.is_open and a.days_over > 0
            then 'Quá hạn ' || {{ vn_number('a.days_over', 0) }} || ' ngày'
        when a.is_open and a.due_date is not null then 'Trong hạn'
    end as text) as overdue_name,
    -- whom nobody answers goes up: past the due date, and when as many working days again have passed
    cast(case
        when not a.is_open then 0
        when a.twice_due_date < {{ known_on() }} then 2
        when a.days_over > 0 then 1
        else 0
    end as integer) as escalation_level,
    cast(case
        when not a.is_open then null
        when a.twice_due_date < {{ known_on() }} then a.twice_due_date
        when a.days_over > 0 then a.due_date
    end as date) as escalated_after,
    cast(a.handling as text) as handling,
    cast(case a.handling
        when 'moi' then 'Chưa ai nhận' when 'da_nhan' then 'Đã tiếp nhận'
        when 'da_giao' then 'Đã giao' else 'Đã đóng'
    end as text) as handling_name,
    cast(a.assignee as text) as assignee,
    cast(a.handling_reason as text) as handling_reason,
    cast(a.verdict as text) as verdict,
    cast(a.handled_at as timestamptz) as handled_at,
    cast(case when a.fired_on is not null then md5(a.source_code || '|' || cast(a.fired_on as text)) end as text)
        as group_id,
    cast(case when a.fired_on is not null then a.told_together end as integer) as group_size,
    cast(a.basis as text) as basis,
    cast(a.legal_act as text) as legal_act,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from answering as a
left join {{ ref('agencies') }} as n on a.responsible_code = n.agency_code
left join {{ ref('agencies') }} as w on a.responsible_then = w.agency_code
