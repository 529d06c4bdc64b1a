select
    y.indicator_code,
    y.indicator_name,
    y.domain,
    y.unit,
    y.area_key,
    y.area_name,
    cast(make_date({{ year_of('y.period_end') }}, {{ month_of('y.period_end') }}, 1) as date) as period_start,
    cast({{ month_label('y.period_end') }} as text) as period_label,
    y.value,
    y.value_same_period_last_year,
    y.yoy_abs,
    y.yoy_pct,
    y.yoy_pct_published,
    y.yoy_pct_computed,
    y.yoy_source,
    y.comparability,
    y.value_previous_period,
    y.mom_pct,
    y.ytd_value,
    y.ytd_yoy_pct,
    y.estimate_status,
    cast(s.name_vi as text) as estimate_status_vi,
    y.value_reason,
    y.source_ref,
    y.is_simulated,
    y.publication_id
from {{ ref('indicator_yoy') }} as y
inner join {{ ref('indicators') }} as i on y.indicator_code = i.code
left join {{ ref('estimate_status') }} as s on y.estimate_status = s.estimate_status
where y.basis = 'as_published'
  and y.calendar = 'calendar'
  and y.agency_code = '_all'
  and {{ is_month_row('i.period_grain', 'y.period_type', 'y.period_start') }}
