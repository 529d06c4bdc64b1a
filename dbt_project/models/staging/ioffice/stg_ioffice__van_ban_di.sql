{{ config(tags=['source_ioffice']) }}
-- Versions of documents that went out, drafts among them.
select
    {{ told_version("'out|' || h.ma_van_ban") }},
    h.so_ky_hieu as reference,
    h.trich_yeu as subject,
    h.ngay_van_ban as issued_on,
    h.co_quan_ban_hanh as issuer,
    h.don_vi as holder,
    h.linh_vuc as field,
    h.hinh_thuc_gui as way,
    h.do_khan as urgency,
    cast(h.so_trang as integer) as page_count,
    cast(h.tren_truc as boolean) as is_on_axis,
    cast(h.ky_so as boolean) as is_signed,
    h.thoi_diem_ky_so as signed_at,
    h.thoi_diem_gui_truc as sent_at,
    h.trang_thai_nhan as receipt_state,
    h.thoi_diem_nhan as received_at
from {{ ref('hist_ioffice__van_ban_di') }} as h
