{{ config(severity='warn') }}
-- The printed change of prices on a year ago is the ratio of the two printed base indices.
select
    y.source_file,
    y.cell,
    y.series_code,
    y.value,
    n.value * 100 / p.value as chained
from {{ ref('fct_statistic') }} as y
inner join {{ ref('fct_statistic') }} as n
    on y.file_sha = n.file_sha and y.series_code = n.series_code and n.role = 'base_index'
    and y.period_start = n.period_start
inner join {{ ref('fct_statistic') }} as p
    on n.series_code = p.series_code and p.role = 'base_index' and n.base_period = p.base_period
    and p.period_start = cast(n.period_start - interval '1 year' as date)
where y.family = 'cpi'
  and y.role = 'yoy_index'
  and y.period_type = 'month'
  and abs(y.value - n.value * 100 / p.value) > 0.2
