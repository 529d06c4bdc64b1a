-- One line per indicator and month for the boards: the month's own figure or, for indicators
-- reported as a running total, the total up to the end of that month.
select
    y.indicator_code,
    y.indicator_name,
    y.domain,
    y.unit,
    y.decimals,
    y.area_key,
    y.area_name,
    cast({{ year_of('y.period_end') }} as text) as year,
    cast({{ month_of('y.period_end') }} as integer) as month_no,
    cast('Tháng ' || lpad(cast({{ month_of('y.period_end') }} as text), 2, '0') as text) as month_label,
    y.value,
    y.yoy_pct,
    y.estimate_status,
    y.source_code,
    y.is_simulated,
    y.publication_id
from {{ ref('indicator_yoy') }} as y
inner join {{ ref('indicators') }} as i on y.indicator_code = i.code
where y.basis = 'as_published'
  and y.calendar = 'calendar'
  and y.agency_code = '_all'
  and y.value is not null
  and {{ is_month_row('i.period_grain', 'y.period_type', 'y.period_start') }}
