{{ config(tags=['source_dvc']) }}
-- Versions of the steps of dossiers.
select
    {{ told_version("h.ma_ho_so || '|' || cast(h.thu_tu as text)") }},
    h.ma_ho_so as dossier_key,
    cast(h.thu_tu as integer) as step_no,
    h.chuc_danh as handler_title,
    h.phong_ban_xu_ly as department,
    h.thoi_diem_xu_ly as handled_at,
    cast(h.trang_thai as integer) as state,
    h.ngay_bat_dau as started_at,
    h.ngay_ket_thuc_theo_quy_dinh as due_at
from {{ ref('hist_dvc__tien_do') }} as h
