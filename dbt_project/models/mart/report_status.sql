-- The report in preparation: which step is next, how many days are left, what is still missing, and what
-- has been sent. One row.
with present as (
    {{ report_in_preparation() }}
),

sent as (
    select
        r.period,
        max(r.edition) as edition,
        max(r.decided_at) as sent_at
    from {{ reported_editions() }} as r
    group by r.period
),

upcoming as (
    select
        s.step,
        s.step_name,
        s.on_day,
        row_number() over (order by s.on_day, s.hour) as pick
    from {{ ref('report_step') }} as s
    inner join present as p on s.period = p.period
    where s.on_day >= {{ known_on() }}
      and s.step in ('preflight', 'draft', 'final')
),

lacking as (
    select
        count(*) as blockers,
        count(case when b.is_blocking then 1 end) as blocking,
        count(distinct b.agency_code) as agencies
    from {{ ref('report_blocker') }} as b
)

select
    cast(p.period as text) as period,
    cast(p.period_label as text) as period_label,
    cast(p.window_start as date) as window_start,
    cast(p.window_end as date) as window_end,
    cast(p.final_on as date) as final_on,
    cast(p.due_on as date) as due_on,
    cast(case
        when t.sent_at is not null then 'sent'
        when {{ known_on() }} > p.final_on then 'late'
        when {{ known_on() }} <= p.window_end then 'collecting'
        else 'preparing'
    end as text) as state,
    cast(case
        when t.sent_at is not null then 'Đã gửi ngày ' || {{ vn_day(local_day('t.sent_at')) }}
        when {{ known_on() }} > p.final_on then 'Đã quá ngày chốt, chưa gửi'
        when {{ known_on() }} <= p.window_end then 'Đang trong kỳ số liệu'
        else 'Đang chuẩn bị'
    end as text) as state_name,
    cast(case when t.sent_at is null then u.step_name end as text) as next_step_name,
    cast(case when t.sent_at is null then u.on_day end as date) as next_step_on,
    cast(p.final_on - {{ known_on() }} as integer) as days_left,
    cast((
        select count(*)
        from {{ ref('dim_date') }} as d
        where d.day between {{ known_on() }} and p.final_on and d.is_working_day
    ) as integer) as working_days_left,
    cast(l.blockers as integer) as blocker_count,
    cast(l.blocking as integer) as blocking_count,
    cast(l.agencies as integer) as agency_count,
    cast(t.edition as integer) as edition,
    t.sent_at,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from present as p
cross join lacking as l
left join sent as t on p.period = t.period
left join upcoming as u on u.pick = 1
