-- A comparison around Tết without a change says why.
select
    indicator_code,
    area_key,
    basis,
    period_label,
    alignment
from {{ ref('indicator_tet') }}
where (yoy_pct is null) <> (reason is not null)
