{{ config(tags=['source_dvc']) }}
-- Procedures as the portal lists them, each time it listed them whole.
select
    h.load_id,
    h._delivery,
    h.loaded_at,
    h._known_at as known_at,
    h.ma_tthc as procedure_code,
    h.ten_tthc as procedure_name,
    h.ma_linh_vuc as field_code,
    h.ten_linh_vuc as field_name,
    h.cap_thuc_hien as level,
    cast(h.thoi_gian_giai_quyet as integer) as limit_amount,
    h.don_vi_tinh as limit_unit,
    h.muc_do as online_level
from {{ ref('hist_dvc__thu_tuc') }} as h
