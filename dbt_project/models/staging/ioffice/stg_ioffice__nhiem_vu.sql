{{ config(tags=['source_ioffice']) }}
-- Versions of tasks.
select
    h.load_id,
    h._delivery,
    h.loaded_at,
    h.ma_nhiem_vu as record_key,
    cast(h.phien_ban as integer) as version_no,
    h._known_at as known_at,
    cast(h.da_xoa as boolean) as is_deleted,
    h.so_ky_hieu_vb_giao as reference,
    h.ngay_vb_giao as reference_on,
    h.ngay_giao as assigned_on,
    h.don_vi_giao as assigner,
    h.don_vi_chu_tri as leader,
    h.don_vi_phoi_hop as helpers,
    h.noi_dung as content,
    h.han_xu_ly as due_on,
    h.ngay_hoan_thanh as done_on,
    h.trang_thai as state,
    cast(h.lan_don_doc as integer) as reminder_count
from {{ ref('hist_ioffice__nhiem_vu') }} as h
