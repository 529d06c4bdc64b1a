-- What each declared source promised, what came of it and how far it got on the ladder.
with arrived as (
    select
        a.source_code,
        max(a.loaded_at) as last_load_at,
        max(a.known_from) as last_known_at,
        max(a.score_month) as last_month
    from {{ ref('dq_arrival') }} as a
    group by a.source_code
),

-- A month counts as scored once it is due or has come.
scored as (
    select
        q.source_code,
        q.score_month,
        min(case when least(
            coalesce(q.dung_pct, 0), coalesce(q.du_pct, 0), coalesce(q.sach_pct, 0), q.song_pct
        ) >= {{ var('kho_verified_bar') | float }} then 1 else 0 end) as is_good,
        row_number() over (partition by q.source_code order by q.score_month desc) as recency
    from {{ ref('dq_score') }} as q
    where q.song_pct is not null
    group by q.source_code, q.score_month
),

verified as (
    select s.source_code
    from scored as s
    where s.recency <= 3
    group by s.source_code
    having count(*) = 3 and min(s.is_good) = 1
),

promised as (
    select
        p.*,
        t.source_code is not null as is_verified,
        a.last_load_at,
        a.last_known_at,
        cast(a.last_known_at at time zone 'Asia/Ho_Chi_Minh' as date) as last_known_on,
        cast(a.last_month + interval '1 month' as date) as next_month,
        {{ cadence_days('p.every') }} as cadence_days
    from {{ promised_sources() }} as p
    left join arrived as a on p.source_code = a.source_code
    left join verified as t on p.source_code = t.source_code
),

-- A monthly promise names its day; the others count from the last delivery.
dated as (
    select
        p.*,
        p.grace_days + coalesce(
            case
                when p.every = 'month'
                    then least(p.next_month + p.due_day - 1, {{ month_end('p.next_month') }}) - p.last_known_on
            end,
            p.cadence_days
        ) as promise_days,
        -- nobody works at an office on a day off, so its records are not late on one
        case
            when p.last_known_on is null then null
            when p.kind = 'records' then (
                select count(*) from {{ ref('dim_date') }} as w
                where w.day > p.last_known_on and w.day <= {{ known_on() }}
                  and coalesce(w.is_working_day, not w.is_weekend)
            )
            else {{ known_on() }} - p.last_known_on
        end as lag_days
    from promised as p
)

select
    d.source_code,
    d.title,
    d.owner_agency,
    d.last_load_at,
    d.last_known_at,
    case when d.last_load_at is null then 'none' when d.mode = 'file' then 'manual' else 'automatic' end as mode,
    case
        when d.last_load_at is null then 0
        when d.is_verified then 4
        when d.mode = 'file' then 1
        when d.every <> 'minute' then 2
        else 3
    end as step,
    case d.every
        when 'minute' then 'Từng phút' when 'hour' then 'Hằng giờ' when 'day' then 'Hằng ngày'
        when 'week' then 'Hằng tuần' when 'month' then 'Hằng tháng' when 'quarter' then 'Hằng quý'
        when 'year' then 'Hằng năm' else 'Khi có văn bản'
    end
    || case when d.due_day is not null then ', ngày ' || cast(d.due_day as varchar) else '' end
    || case when d.grace_days > 0 then ', gia hạn ' || cast(d.grace_days as varchar) || ' ngày' else '' end
        as promise,
    cast(d.promise_days as integer) as promise_days,
    cast(d.lag_days as integer) as lag_days,
    -- who promises no day keeps the promise by delivering at all; who never delivered is not judged
    case
        when d.last_load_at is not null then coalesce(d.lag_days <= d.promise_days, d.every = 'when_it_comes')
    end as is_promise_kept
from dated as d
