-- A source's agency has one newest month as soon as one of its months was received or is overdue.
select
    s.source,
    s.agency_code
from {{ ref('quality_scorecard') }} as s
group by s.source, s.agency_code
having count(*) filter (where s.is_newest) <> max(case when s.song_pct is null then 0 else 1 end)
    or count(*) filter (where s.du_expected = 0 and s.du_pct is not null) > 0
