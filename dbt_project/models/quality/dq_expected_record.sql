-- What a source of records owes for each of its months: every working day, once a beat of the source
-- and its grace are over. Windows follow each other without a gap, so a day has come when a window
-- ends after it.
with promised as (
    select
        p.*,
        greatest(1, {{ cadence_days('p.every') }}) as beat_days
    from {{ promised_sources() }} as p
    where p.kind = 'records'
),

arrived as (
    select
        a.source_code,
        min({{ local_day('a.known_from') }}) as first_day,
        max({{ local_day('a.known_from') }}) as reached
    from {{ ref('dq_arrival') }} as a
    inner join promised as p on a.source_code = p.source_code
    group by a.source_code
),

owed as (
    select
        p.source_code,
        p.owner_agency,
        p.grace_days,
        p.beat_days,
        a.reached,
        d.day,
        cast(date_trunc('month', cast(d.day as timestamp)) as date) as score_month,
        d.day + p.beat_days + p.grace_days < {{ known_on() }} as is_due,
        d.day < a.reached as has_come
    from promised as p
    inner join arrived as a on p.source_code = a.source_code
    inner join {{ ref('dim_date') }} as d
        on d.day between a.first_day and {{ known_on() }}
        and coalesce(d.is_working_day, not d.is_weekend)
),

counted as (
    select
        o.source_code,
        o.owner_agency as agency_code,
        o.score_month,
        o.grace_days,
        o.reached,
        cast(count(*) filter (where o.is_due or o.has_come) as integer) as expected_fields,
        cast(count(*) filter (where o.has_come) as integer) as received_fields,
        -- the last windows of a month end with it, and not with its last working day
        case
            when min(case when o.is_due then 1 else 0 end) = 1 then {{ month_end('o.score_month') }}
            else coalesce(max(case when o.is_due or o.has_come then o.day end), max(o.day))
        end + o.beat_days as due_on
    from owed as o
    group by o.source_code, o.owner_agency, o.score_month, o.grace_days, o.beat_days, o.reached
),

-- The window that closed the month, or the newest one of a month still open.
closing as (
    select
        c.source_code,
        c.score_month,
        min({{ local_day('a.known_from') }}) as received_on,
        min(a.source_file) as source_file
    from counted as c
    inner join {{ ref('dq_arrival') }} as a
        on c.source_code = a.source_code and a.known_from >= {{ known_from('c.due_on') }}
    group by c.source_code, c.score_month
),

settled as (
    select
        c.*,
        l.received_on,
        l.source_file,
        case
            when c.expected_fields = 0 then 'chua_den_han'
            when c.received_fields = c.expected_fields then 'du'
            when c.received_fields > 0 then 'thieu'
            else 'khong_co'
        end as state
    from counted as c
    left join closing as l on c.source_code = l.source_code and c.score_month = l.score_month
)

select
    s.source_code,
    s.agency_code,
    cast('ban_ghi' as varchar) as family,
    s.score_month,
    s.expected_fields,
    s.received_fields,
    s.due_on,
    cast(s.due_on + s.grace_days as date) as due_until,
    s.received_on,
    s.source_file,
    s.state,
    case s.state
        when 'thieu' then 'Thiếu ' || cast(s.expected_fields - s.received_fields as varchar) || '/'
            || cast(s.expected_fields as varchar) || ' ngày làm việc: mới nhận đến ' || {{ vn_day('s.reached - 1') }}
        when 'khong_co' then 'Không nhận được ngày nào của tháng ' || {{ month_label('s.score_month') }}
            || ': mới nhận đến ' || {{ vn_day('s.reached - 1') }}
        when 'chua_den_han' then 'Chưa đến hạn nhận'
    end as reason
from settled as s
