-- Every change of state of every alert, one step a row and none skipped: what passes through two states
-- in one period is two steps.
with moves as (
    select
        e.alert_id,
        s.period_end,
        s.told_at,
        s.level,
        s.reading,
        s.state,
        s.earlier_state = 'no_data' as was_without,
        -- where it stood before this period, leaving gaps aside
        case when coalesce(s.earlier_held_state, 'resolved') = 'resolved' then 'normal'
            else s.earlier_held_state end as held
    from {{ ref('ind_alert_episode') }} as e
    inner join {{ ref('ind_alert_state') }} as s
        on e.series_id = s.series_id
        and e.episode_first = s.episode_first
        and e.begins_at is not distinct from s.begins_at
),

passing as (
    select
        m.*,
        case
            when m.held = 'normal' and m.state = 'firing' then 'pending'
            when m.held = 'firing' and m.state = 'resolved' then 'recovering'
        end as via
    from moves as m
),

steps as (
    select
        p.alert_id,
        p.period_end,
        n.step_in_period,
        p.told_at,
        p.level,
        p.reading,
        case n.step_in_period
            when 1 then 'no_data'
            when 2 then p.held
            else coalesce(p.via, case when p.state = 'no_data' and p.was_without then 'no_data' else p.held end)
        end as from_state,
        case n.step_in_period when 1 then p.held when 2 then p.via else p.state end as to_state
    from passing as p
    cross join (values (1), (2), (3)) as n (step_in_period)
    where case n.step_in_period
        when 1 then p.was_without and p.state <> 'no_data' and p.held <> 'normal'
        when 2 then p.via is not null
        else true
    end
    union all
    select
        e.alert_id,
        e.last_end,
        4,
        e.corrected_at,
        null,
        null,
        e.state_told,
        'corrected'
    from (
        select
            a.*,
            first_value(h.held_state) over (
                partition by a.alert_id order by h.period_end desc
            ) as state_told,
            row_number() over (partition by a.alert_id order by h.period_end desc) as pick
        from {{ ref('ind_alert_episode') }} as a
        inner join {{ ref('ind_alert_state') }} as h
            on a.series_id = h.series_id
            and a.episode_first = h.episode_first
            and a.begins_at is not distinct from h.begins_at
        where a.corrected_at is not null
    ) as e
    where e.pick = 1
)

select
    cast(s.alert_id as text) as alert_id,
    cast(row_number() over (
        partition by s.alert_id order by s.period_end, s.step_in_period
    ) as integer) as step_no,
    cast(s.period_end as date) as period_end,
    cast(s.from_state as text) as from_state,
    cast(s.to_state as text) as to_state,
    cast(s.told_at as timestamptz) as told_at,
    cast(s.level as text) as level,
    cast(s.reading as decimal(28, 6)) as reading,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from steps as s
where s.from_state <> s.to_state
