{{ config(tags=['source_dvc']) }}
-- Versions of dossiers as the portal tells them, with what it says of requests for supplements.
with supplements as (
    select
        b.load_id,
        b._delivery,
        b.ma_ho_so,
        b.phien_ban,
        b._known_at,
        count(distinct b.ho_so_bo_sung_id) as supplement_count,
        min(b.ngay_bo_sung) as supplement_asked_at,
        max(b.ngay_tiep_nhan_bo_sung) as supplement_given_at,
        min(b.ngay_hen_tra_truoc) as promised_before
    from {{ ref('hist_dvc__bo_sung') }} as b
    group by b.load_id, b._delivery, b.ma_ho_so, b.phien_ban, b._known_at
)

select
    {{ told_version('h.ma_ho_so') }},
    h.ma_tthc as procedure_code,
    h.ma_linh_vuc as field_code,
    cast(h.loai_doi_tuong as integer) as applicant_kind,
    h.ma_doi_tuong as applicant_id,
    h.trich_yeu_ho_so as subject,
    h.ngay_tiep_nhan as received_at,
    h.ngay_hen_tra as promised_at,
    cast(h.trang_thai_ho_so as integer) as state,
    h.ngay_tra as returned_at,
    h.ngay_ket_thuc_xu_ly as finished_at,
    h.don_vi_xu_ly as handler,
    h.ma_xa as commune_code,
    cast(h.kenh_thuc_hien as integer) as channel,
    cast(h.duoc_thanh_toan_truc_tuyen as boolean) as is_paid_online,
    cast(h.so_le_phi as decimal(28, 6)) as fee,
    cast(h.ho_so_co_thanh_phan_so_hoa as boolean) as is_digitised,
    cast(h.ket_qua_dien_tu as boolean) as has_electronic_result,
    cast(h.thoi_gian_giai_quyet as integer) as limit_amount,
    h.don_vi_tinh as limit_unit,
    cast(coalesce(s.supplement_count, 0) as integer) as supplement_count,
    s.supplement_asked_at,
    s.supplement_given_at,
    s.promised_before
from {{ ref('hist_dvc__ho_so') }} as h
left join supplements as s
    on h.load_id = s.load_id and h._delivery = s._delivery and h.ma_ho_so = s.ma_ho_so
    and h.phien_ban = s.phien_ban and h._known_at = s._known_at
