-- One row per alert: an episode that fired in some generation of what was known, or waits to fire now. It
-- stands as the last generation that has it says; where that is not the present one, a restatement
-- took it back.
with told as (
    select
        s.*,
        row_number() over (
            partition by s.series_id, s.episode_first, s.is_firing_now order by s.begins_at asc nulls first
        ) as telling_no,
        -- a generation that never ends is the present one
        rank() over (
            partition by s.series_id, s.episode_first order by s.ends_at desc nulls first
        ) = 1 as is_newest
    from {{ ref('ind_alert_state') }} as s
    where s.episode_first is not null and s.is_told
),

fired as (
    select
        series_id,
        episode_first,
        period_type,
        period_start,
        period_end,
        told_at,
        level,
        value,
        reading,
        source_code
    from told
    where is_firing_now and telling_no = 1
),

lasting as (
    select
        t.*,
        row_number() over (
            partition by t.series_id, t.episode_first order by t.period_end desc
        ) as recency,
        row_number() over (
            partition by t.series_id, t.episode_first, t.level is null order by t.period_end desc
        ) as recency_alike
    from told as t
    where t.is_newest
),

spans as (
    select
        l.series_id,
        l.episode_first,
        max(case when l.recency = 1 then l.held_state end) as state,
        coalesce(max(case when l.recency = 1 and l.level is null then 1 end), 0) = 1 as lacks_data,
        max(l.ends_at) as corrected_at,
        max(case when l.level is not null and l.recency_alike = 1 then l.value end) as newest_value,
        min(l.period_start) as first_start,
        min(l.period_end) as first_end,
        max(case when l.level is not null then l.period_start end) as last_start,
        max(case when l.level is not null then l.period_end end) as last_end,
        cast(count(l.level) as integer) as periods,
        max(case when l.level = 'alarm' then 1 else 0 end) as was_alarm,
        case min(l.comparison) when 'below' then min(l.reading) else max(l.reading) end as worst_reading,
        max(case when l.state = 'resolved' then l.period_end end) as resolved_end,
        max(case when l.state = 'resolved' then l.told_at end) as resolved_at
    from lasting as l
    group by l.series_id, l.episode_first
)

select
    md5(l.series_id || '|' || cast(l.episode_first as text)) as alert_id,
    l.series_id,
    l.episode_first,
    l.begins_at,
    l.rule_id,
    l.kind,
    l.indicator_code,
    l.area_key,
    l.agency_code,
    coalesce(f.source_code, l.source_code) as source_code,
    l.calendar,
    coalesce(f.period_type, l.period_type) as period_type,
    case when s.corrected_at is null then s.state else 'resolved' end as state,
    s.lacks_data and s.corrected_at is null as lacks_data,
    case when s.was_alarm = 1 or f.level = 'alarm' then 'alarm' else 'warn' end as severity,
    s.first_start,
    s.first_end,
    f.period_start as fired_start,
    f.period_end as fired_end,
    f.told_at as fired_at,
    f.level as fired_level,
    f.value as fired_value,
    f.reading as fired_reading,
    s.worst_reading,
    s.newest_value,
    s.last_start,
    s.last_end,
    s.periods,
    s.resolved_end,
    coalesce(s.corrected_at, s.resolved_at) as resolved_at,
    s.corrected_at
from lasting as l
inner join spans as s on l.series_id = s.series_id and l.episode_first = s.episode_first
left join fired as f on l.series_id = f.series_id and l.episode_first = f.episode_first
where l.recency = 1
