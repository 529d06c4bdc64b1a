{{ config(severity='warn') }}
-- Retail parts and the two export sectors add up to the printed total within 0.5 %.
select
    f.source_file,
    f.sheet,
    f.family,
    f.period_type,
    f.period_start,
    max(case when f.item_code = 'tong' then f.value end) as total,
    sum(case when f.item_code <> 'tong' then f.value end) as parts
from {{ ref('fct_statistic') }} as f
where f.role = 'value'
  and (
      f.family = 'ban_le'
      or f.series_code in (
          'xuat_khau.tong.tri_gia', 'xuat_khau.khu_vuc_trong_nuoc.tri_gia',
          'xuat_khau.khu_vuc_fdi.tri_gia'
      )
  )
group by f.source_file, f.sheet, f.family, f.period_type, f.period_start, f.period_end
having
    abs(
        max(case when f.item_code = 'tong' then f.value end)
        - sum(case when f.item_code <> 'tong' then f.value end)
    ) > 0.005 * max(case when f.item_code = 'tong' then f.value end)
