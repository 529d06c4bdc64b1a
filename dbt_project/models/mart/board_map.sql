-- The map: where each figure of the newest month stands. One month per indicator, borders and level, the
-- newest whole one in which any unit of that level has a figure; a unit without a figure then has no symbol.
with placed as (
    select
        y.*,
        d.level,
        d.latitude,
        d.longitude,
        u.area_name as parent_name,
        max(y.period_end) over (partition by y.indicator_code, y.basis, d.level) as newest_end
    from {{ ref('indicator_yoy') }} as y
    inner join {{ ref('indicators') }} as i on y.indicator_code = i.code
    inner join {{ ref('dim_area') }} as d on y.area_key = d.area_key
    left join {{ ref('dim_area') }} as u on d.parent_key = u.area_key
    where y.calendar = 'calendar'
      and y.agency_code = '_all'
      and y.value is not null
      and i.public
      and d.level <> 'country'
      and d.latitude is not null
      -- what is still being counted is no whole month
      and not {{ is_still_counted('y') }}
      and {{ is_month_row('i.period_grain', 'y.period_type', 'y.period_start') }}
)

select
    cast(p.indicator_code as text) as indicator_code,
    cast(p.indicator_name as text) as indicator_name,
    cast(p.domain as text) as domain,
    cast(p.unit as text) as unit,
    cast(p.basis as text) as basis,
    cast(case p.basis when 'current' then 'Địa giới hôm nay' else 'Như đã công bố' end as text) as basis_name,
    cast(p.area_key as text) as area_key,
    cast(p.area_name as text) as area_name,
    cast(p.level as text) as level,
    cast(case p.level when 'province' then 'Tỉnh' when 'district' then 'Huyện' else 'Xã' end as text) as level_name,
    cast(p.parent_name as text) as parent_name,
    cast(p.latitude as decimal(7, 4)) as latitude,
    cast(p.longitude as decimal(7, 4)) as longitude,
    cast(p.period_end as date) as period_end,
    cast({{ month_label('p.period_end') }} as text) as period_label,
    cast(p.value as decimal(28, 6)) as value,
    cast(p.yoy_pct as decimal(18, 6)) as yoy_pct,
    cast(p.signal as text) as signal,
    cast(case p.signal
        when 'alarm' then '▲ Báo động' when 'warn' then '■ Cảnh báo' when 'good' then '● Đạt' else '○ Không có ngưỡng'
    end as text) as signal_name,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from placed as p
where p.period_end = p.newest_end
