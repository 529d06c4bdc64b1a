{{ config(tags=['source_giao_duc']) }}
-- Schools as each export of a term tells them.
select
    {{ told_in_list('h.ma_truong') }},
    h.ma_truong as school_code,
    h.ten_truong as school_name,
    h.cap_hoc as level,
    h.loai_hinh as ownership,
    h.ma_tinh as province_code,
    h.ma_xa as commune_code,
    cast(coalesce(h.dat_chuan_qg, '0') as integer) as standard_level,
    h.so_phong as room_count,
    h.so_phong_kien_co as solid_room_count
from {{ ref('hist_giao_duc__truong') }} as h
