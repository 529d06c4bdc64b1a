-- A computed change may be shown beside the published one, but never leads across a base break
-- or over a missing or zero value.
select
    indicator_code,
    period_label,
    yoy_pct,
    comparability
from {{ ref('indicator_yoy') }}
where (yoy_source = 'computed' and comparability = 'not_comparable')
   or ((yoy_pct is null) <> (yoy_source is null))
   or (yoy_pct_computed is not null and coalesce(value_same_period_last_year, 0) = 0)
