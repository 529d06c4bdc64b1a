-- The state of every rule and unit in every period, as it was known in each generation: the time between
-- one change of what was told of the past and the next. Within a generation periods are only appended,
-- and the state of a period depends on none after it, so the generations hold every state ever told.
-- Periods count, never days: a run of bad periods fires, a run of good ones clears, in between nothing
-- moves, and a period without a reading neither counts nor breaks a run.
with readings as (
    select
        r.*,
        lead(r.known_from) over (partition by r.series_id, r.period_end order by r.known_from) as next_from
    from {{ ref('ind_reading') }} as r
    where r.basis = 'as_published' and r.known_from is not null
),

words as (
    select
        series_id,
        period_end,
        known_from as told_at,
        level,
        value,
        reading
    from readings
    union all
    -- withdrawn, and nothing came in its place
    select
        series_id,
        period_end,
        known_to,
        null,
        null,
        null
    from readings
    where known_to is not null and (next_from is null or known_to < next_from)
),

changes as (
    select
        c.*,
        row_number() over w as change_no,
        lead(c.told_at) over w as told_until
    from (
        select
            w.*,
            lag(w.level) over (partition by w.series_id, w.period_end order by w.told_at) as earlier_level
        from words as w
    ) as c
    -- another number of the same level moves nothing
    where c.level is distinct from c.earlier_level
    window w as (partition by c.series_id, c.period_end order by c.told_at)
),

-- The past changed: a period got another level, or the level of an earlier one came after a later one's.
breaks as (
    select distinct
        b.series_id,
        b.told_at
    from (
        select
            f.*,
            min(f.told_at) over (
                partition by f.series_id order by f.period_end
                groups between 1 following and unbounded following
            ) as later_told_at
        from changes as f
    ) as b
    where b.change_no > 1 or b.later_told_at < b.told_at
),

generations as (
    select
        b.series_id,
        b.told_at as begins_at,
        lead(b.told_at) over (partition by b.series_id order by b.told_at nulls first) as ends_at
    from (
        select * from breaks
        union all
        select distinct
            series_id,
            cast(null as timestamptz)
        from changes
    ) as b
),

beginnings as (
    select
        series_id,
        min(period_end) as first_period_end
    from changes
    group by series_id
),

-- Every period of a series from its first reading on, also those without one.
periods as (
    select distinct on (r.series_id, r.period_end) r.*
    from {{ ref('ind_reading') }} as r
    inner join beginnings as b on r.series_id = b.series_id and r.period_end >= b.first_period_end
    where r.basis = 'as_published'
    order by r.series_id asc, r.period_end asc, r.known_from asc nulls last
),

placed as (
    select
        p.series_id,
        g.begins_at,
        g.ends_at,
        p.rule_id,
        p.kind,
        p.comparison,
        p.indicator_code,
        p.area_key,
        p.agency_code,
        p.source_code,
        p.calendar,
        p.period_type,
        p.period_start,
        p.period_end,
        p.periods_to_fire,
        p.periods_to_clear,
        c.told_at,
        c.level,
        c.value,
        c.reading,
        c.level in ('alarm', 'warn') as is_bad,
        c.level = 'clear' as is_good,
        -- the reading that a period without one stands behind
        cast(count(c.level) over (
            partition by p.series_id, g.begins_at order by p.period_end
        ) as integer) as reading_no
    from periods as p
    inner join generations as g on p.series_id = g.series_id
    left join changes as c
        on p.series_id = c.series_id
        and p.period_end = c.period_end
        and (g.ends_at is null or g.ends_at > c.told_at)
        and (c.told_until is null or (g.ends_at is not null and g.ends_at <= c.told_until))
),

islands as (
    select
        p.*,
        count(*) filter (where not p.is_bad) over w as bad_island,
        count(*) filter (where not p.is_good) over w as good_island
    from placed as p
    where p.level is not null
    window w as (partition by p.series_id, p.begins_at order by p.reading_no)
),

runs as (
    select
        i.*,
        case when i.is_bad then row_number() over bad else 0 end as bad_run,
        case when i.is_good then row_number() over good else 0 end as good_run,
        first_value(i.period_end) over bad as run_first
    from islands as i
    window
        bad as (partition by i.series_id, i.begins_at, i.bad_island, i.is_bad order by i.reading_no),
        good as (partition by i.series_id, i.begins_at, i.good_island, i.is_good order by i.reading_no)
),

-- An alert burns when the last long run was a bad one.
burning as (
    select
        b.*,
        coalesce(b.last_bad > coalesce(b.last_good, 0), false) as is_burning
    from (
        select
            r.*,
            max(case when r.bad_run >= r.periods_to_fire then r.reading_no end) over w as last_bad,
            max(case when r.good_run >= r.periods_to_clear then r.reading_no end) over w as last_good
        from runs as r
        window w as (partition by r.series_id, r.begins_at order by r.reading_no)
    ) as b
),

lit as (
    select
        b.*,
        coalesce(lag(b.is_burning) over w, false) as was_burning
    from burning as b
    window w as (partition by b.series_id, b.begins_at order by b.reading_no)
),

stated as (
    select
        l.*,
        l.is_burning and not l.was_burning as is_firing_now,
        count(*) filter (where l.is_burning and not l.was_burning) over (
            partition by l.series_id, l.begins_at order by l.reading_no
        ) as episode_no,
        max(case when l.is_burning and not l.was_burning then 1 end) over (
            partition by l.series_id, l.begins_at, l.bad_island, l.is_bad
        ) = 1 as run_fires,
        case
            when l.is_burning and l.is_good then 'recovering'
            when l.is_burning then 'firing'
            when l.is_bad then 'pending'
            when l.was_burning then 'resolved'
            else 'normal'
        end as state
    from lit as l
),

-- An episode is named by the first bad period of the run that fired it.
named as (
    select
        s.*,
        case
            when s.state = 'pending' then s.run_first
            when s.state <> 'normal' then max(case when s.is_firing_now then s.run_first end) over (
                partition by s.series_id, s.begins_at, s.episode_no
            )
        end as episode_first,
        max(s.reading_no) over (partition by s.series_id, s.begins_at) as last_reading_no
    from stated as s
)

select
    p.series_id,
    p.begins_at,
    p.ends_at,
    p.rule_id,
    p.kind,
    p.comparison,
    p.indicator_code,
    p.area_key,
    p.agency_code,
    p.source_code,
    p.calendar,
    p.period_type,
    p.period_start,
    p.period_end,
    greatest(p.told_at, p.begins_at) as told_at,
    p.level,
    p.value,
    p.reading,
    case when p.level is null then 'no_data' else n.state end as state,
    n.state as held_state,
    lag(case when p.level is null then 'no_data' else n.state end) over w as earlier_state,
    lag(n.state) over w as earlier_held_state,
    -- what happens after its end is none of an episode's
    case when p.level is not null or n.state <> 'resolved' then n.episode_first end as episode_first,
    p.level is not null and n.is_firing_now as is_firing_now,
    -- of a run that does not fire, only the one that may still fire is told
    n.state <> 'pending' or coalesce(n.run_fires, false)
    or (p.ends_at is null and n.reading_no = n.last_reading_no) as is_told
from placed as p
inner join named as n
    on p.series_id = n.series_id
    and p.begins_at is not distinct from n.begins_at
    and p.reading_no = n.reading_no
-- what came after a generation's last reading was not missing then
where p.level is not null or p.ends_at is null or n.reading_no < n.last_reading_no
window w as (partition by p.series_id, p.begins_at order by p.period_end)
