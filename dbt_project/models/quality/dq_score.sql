-- The counts behind the four scores, per source, agency and month.
with deliveries as (
    select
        p.source_code,
        p.agency_code,
        p.score_month,
        p.delivery,
        d.cell_count
    from {{ ref('dq_publication') }} as p
    inner join {{ ref('dq_delivery') }} as d on p.delivery = d.delivery
    where p.is_current
),

-- Rows that judging set aside are figures of their delivery, too, although they are not in the warehouse.
set_aside as (
    select
        c.delivery,
        count(distinct c.address) as cell_count
    from {{ ref('dq_judgement') }} as c
    where c.is_current and c.address <> ''
    group by c.delivery
),

-- A finding that a steward accepted takes no points.
bad as (
    select
        c.source_code,
        c.agency_code,
        c.score_month,
        c.delivery,
        c.dimension,
        count(distinct c.address) filter (where c.address <> '*') as cells,
        max(case when c.address = '*' then 1 else 0 end) = 1 as is_whole,
        max(c.cell_count) as held_back_cells
    from {{ ref('dq_finding_cell') }} as c
    left join {{ steward_states() }} as s on c.finding_id = s.issue_id
    where coalesce(s.state, 'moi') <> 'chap_nhan'
    group by c.source_code, c.agency_code, c.score_month, c.delivery, c.dimension
),

dimensions as (
    select * from (values ('dung'), ('sach')) as v (dimension)
),

judged as (
    select
        d.source_code,
        d.agency_code,
        d.score_month,
        m.dimension,
        d.cell_count + coalesce(a.cell_count, 0) as total,
        case
            when b.is_whole then d.cell_count + coalesce(a.cell_count, 0)
            else coalesce(b.cells, 0)
        end as bad
    from deliveries as d
    cross join dimensions as m
    left join set_aside as a on d.delivery = a.delivery
    left join bad as b on d.delivery = b.delivery and m.dimension = b.dimension
    union all
    -- a delivery that is held back is not in the warehouse: all of its cells are bad
    select
        b.source_code,
        b.agency_code,
        b.score_month,
        b.dimension,
        b.held_back_cells as total,
        b.held_back_cells as bad
    from bad as b
    where b.is_whole and b.held_back_cells is not null and b.dimension in ('dung', 'sach')
      and not exists (select 1 from deliveries as d where d.delivery = b.delivery)
),

counted as (
    select
        j.source_code,
        j.agency_code,
        j.score_month,
        cast(coalesce(sum(j.total) filter (where j.dimension = 'dung'), 0) as integer) as dung_total,
        cast(coalesce(sum(j.bad) filter (where j.dimension = 'dung'), 0) as integer) as dung_bad,
        cast(coalesce(sum(j.total) filter (where j.dimension = 'sach'), 0) as integer) as sach_total,
        cast(coalesce(sum(j.bad) filter (where j.dimension = 'sach'), 0) as integer) as sach_bad
    from judged as j
    group by j.source_code, j.agency_code, j.score_month
),

owed as (
    select
        e.source_code,
        e.agency_code,
        e.score_month,
        cast(coalesce(sum(e.expected_fields) filter (where e.state <> 'chua_den_han'), 0) as integer) as du_expected,
        cast(coalesce(sum(e.received_fields) filter (where e.state <> 'chua_den_han'), 0) as integer) as du_received,
        min(e.due_on) as due_on,
        min(e.due_until) as due_until,
        min(e.received_on) as received_on
    from {{ ref('dq_expected') }} as e
    group by e.source_code, e.agency_code, e.score_month
),

-- Days after which a source that is late counts as dead: one beat of its cadence.
promised as (
    select
        p.source_code,
        case p.every
            when 'day' then 1 when 'week' then 7 when 'quarter' then 91 when 'year' then 365 else 30
        end as beat_days
    from {{ promised_sources() }} as p
),

united as (
    select
        coalesce(o.source_code, c.source_code) as source_code,
        coalesce(o.agency_code, c.agency_code) as agency_code,
        coalesce(o.score_month, c.score_month) as score_month,
        coalesce(c.dung_bad, 0) as dung_bad,
        coalesce(c.dung_total, 0) as dung_total,
        coalesce(o.du_received, 0) as du_received,
        coalesce(o.du_expected, 0) as du_expected,
        coalesce(c.sach_bad, 0) as sach_bad,
        coalesce(c.sach_total, 0) as sach_total,
        o.received_on,
        o.due_on,
        o.due_until,
        o.due_until - o.due_on as promise_days,
        case
            when o.received_on is not null then o.received_on - o.due_on
            when o.due_until < {{ known_on() }} then {{ known_on() }} - o.due_on
        end as lag_days
    from owed as o
    full outer join counted as c
        on o.source_code = c.source_code and o.agency_code = c.agency_code and o.score_month = c.score_month
)

select
    u.source_code,
    u.agency_code,
    u.score_month,
    u.dung_bad,
    u.dung_total,
    {{ score('u.dung_total - u.dung_bad', 'u.dung_total') }} as dung_pct,
    u.du_received,
    u.du_expected,
    {{ score('u.du_received', 'u.du_expected') }} as du_pct,
    u.sach_bad,
    u.sach_total,
    {{ score('u.sach_total - u.sach_bad', 'u.sach_total') }} as sach_pct,
    u.received_on,
    u.due_on,
    cast(u.promise_days as integer) as promise_days,
    cast(u.lag_days as integer) as lag_days,
    cast(coalesce(p.beat_days, 30) as integer) as beat_days,
    case
        when u.lag_days is null then cast(null as decimal(28, 6))
        when u.lag_days <= u.promise_days then cast(100 as decimal(28, 6))
        else greatest(
            cast(0 as decimal(28, 6)),
            {{ round_half_up(
                "100 - 100.0 * (u.lag_days - u.promise_days) / coalesce(p.beat_days, 30)", 4
            ) }}
        )
    end as song_pct
from united as u
left join promised as p on u.source_code = p.source_code
