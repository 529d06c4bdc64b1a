{{ config(tags=['source_y_te']) }}
-- The beds of each version of a visit, each once however often a window brought it.
select distinct on (b.ma_lk, b.phien_ban, b.stt)
    b.ma_lk as record_key,
    cast(b.phien_ban as integer) as version_no,
    cast(b.stt as integer) as row_no,
    b.ma_giuong as bed_code,
    cast(b.so_luong as decimal(28, 6)) as days,
    {{ local_day('b.ngay_yl') }} as taken_on
from {{ ref('hist_y_te__ngay_giuong') }} as b
order by b.ma_lk asc, b.phien_ban asc, b.stt asc, b.loaded_at desc, b.load_id desc, b._delivery desc
