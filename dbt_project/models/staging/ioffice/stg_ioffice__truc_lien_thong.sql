{{ config(tags=['source_ioffice']) }}
-- Versions of messages on the interconnection axis.
select
    {{ told_version('h.ma_goi_tin') }},
    'out|' || h.ma_van_ban as document_key,
    h.loai_goi_tin as kind,
    h.don_vi_gui as sender,
    h.don_vi_nhan as receiver,
    h.thoi_diem_gui as sent_at,
    cast(h.so_tep as integer) as file_count,
    h.nghiep_vu as business_code,
    h.van_ban_truoc as earlier_document
from {{ ref('hist_ioffice__truc_lien_thong') }} as h
