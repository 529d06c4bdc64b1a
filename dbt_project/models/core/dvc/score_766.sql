{{ config(tags=['source_dvc'], materialized='view') }}
-- The score of each unit, group and month as it was published last, computed from its counts with
-- the weights in force beside what the portal printed; the total only of units with all groups.
with newest as (
    {{ newest_versions(ref('score_version')) | indent(4) }}
),

scored as (
    select
        n.*,
        w.group_code,
        w.name_vi as group_name,
        w.max_points,
        {{ score_766('n.reached', 'n.of_total', 'w.max_points') }} as score,
        sum(w.max_points) over (partition by n.unit_identifier, n.month) as points_told
    from newest as n
    inner join {{ ref('score_766_weights') }} as w
        on n.service = w.service and n.month >= w.valid_from
        and n.month <= coalesce(w.valid_to, n.month)
)

select
    s.unit_identifier,
    s.unit_name,
    s.level,
    s.month,
    s.group_code,
    s.group_name,
    s.reached,
    s.of_total,
    s.max_points,
    s.score,
    s.score_published,
    case when s.points_told = 100 then sum(coalesce(s.score, 0)) over (
        partition by s.unit_identifier, s.month
    ) end as total_score,
    s.known_at
from scored as s
