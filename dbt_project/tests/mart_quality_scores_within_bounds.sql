-- A score is a percentage, and what is bad or received is never more than what was looked at.
select
    s.source,
    s.agency_code,
    s.period
from {{ ref('quality_scorecard') }} as s
where s.dung_pct not between 0 and 100
   or s.du_pct not between 0 and 100
   or s.sach_pct not between 0 and 100
   or s.song_pct not between 0 and 100
   or s.dung_bad > s.dung_total
   or s.sach_bad > s.sach_total
   or s.du_received > s.du_expected
   or least(s.dung_bad, s.sach_bad, s.du_received) < 0
