-- Where a publisher's own change and the change between the newest values of both years differ
-- beyond rounding, although both stand on one base: a matter for the steward, never a stop.
select
    y.indicator_code,
    y.area_key,
    y.agency_code,
    y.source_code,
    y.calendar,
    y.period_type,
    y.period_start,
    y.period_end,
    y.yoy_pct_published,
    y.yoy_pct_computed,
    y.value,
    y.value_same_period_last_year,
    'Thay đổi công bố ' || {{ vn_number('y.yoy_pct_published', 2) }} || ' % khác số tính được '
        || {{ vn_number('y.yoy_pct_computed', 2) }} || ' %: nguồn có thể đã chỉnh số của năm trước'
        as reason
from {{ ref('ind_yoy') }} as y
where y.comparability = 'comparable'
  and abs(y.yoy_pct_published - y.yoy_pct_computed) > 0.05
