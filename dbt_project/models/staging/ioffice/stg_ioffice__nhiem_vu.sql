{{ config(tags=['source_ioffice']) }}
-- Versions of tasks.
select
    {{ told_version('h.ma_nhiem_vu') }},
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
