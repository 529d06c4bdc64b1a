{{ config(tags=['source_ioffice']) }}
-- Versions of documents that came in.
select
    {{ told_version("'in|' || h.ma_van_ban") }},
    h.so_ky_hieu as reference,
    h.trich_yeu as subject,
    h.ngay_van_ban as issued_on,
    h.ngay_den as arrived_on,
    h.co_quan_ban_hanh as issuer,
    h.don_vi as holder,
    h.linh_vuc as field,
    h.hinh_thuc_gui as way,
    h.do_khan as urgency,
    cast(h.so_trang as integer) as page_count,
    h.han_xu_ly as due_on,
    h.trang_thai as state,
    h.thoi_diem_hoan_thanh as handled_at
from {{ ref('hist_ioffice__van_ban_den') }} as h
