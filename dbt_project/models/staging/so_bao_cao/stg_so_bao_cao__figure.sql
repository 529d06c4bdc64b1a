-- Every reported figure with the days of its period and the order of its file.
select
    h.load_id,
    h.loaded_at,
    h._delivery,
    h.source_file,
    f.published_on as file_published_on,
    f.published_seq as file_seq,
    h.sheet || '!' || h.cell as address,
    h.source_file || '#' || h.sheet || '!' || h.cell as source_ref,
    h.chi_tieu,
    h.dia_ban,
    h.ky,
    h.don_vi,
    h.gia_tri,
    h.van_ban as document,
    h.ghi_chu as note,
    h.calendar,
    h.period_type,
    p.period_start,
    p.period_end,
    h.value,
    h.value_decimals,
    h.yoy_pct,
    h.yoy_decimals,
    h.estimate_status,
    h.published_on
from {{ ref('hist_so_bao_cao__figure') }} as h
inner join {{ ref('hist_so_bao_cao__file') }} as f on h.load_id = f.load_id and h._delivery = f._delivery
left join {{ ref('dim_period') }} as p
    on h.calendar = p.calendar and h.period_type = p.period_type
    and h.year_no = p.year_no and h.period_no = p.period_no
