{{ config(tags=['source_y_te']) }}
-- Versions of visits as the gateway tells them, with the province that answers for the facility.
-- A visit belongs to the day on which it ended; one that is gone says nothing but that.
select
    {{ told_version('h.ma_lk', is_deleted='h.da_xoa or h.da_thay_the') }},
    cast(h.da_thay_the as boolean) as is_replaced,
    h.ma_cskcb as facility_code,
    i.agency_code,
    i.area_key,
    h.ma_loai_kcb as visit_kind,
    h.ma_khoa as department_code,
    h.nguoi_benh as patient_id,
    h.gioi_tinh as sex,
    cast(h.tuoi as integer) as age,
    h.matinh_cu_tru as home_province_code,
    h.maxa_cu_tru as home_commune_code,
    h.ma_benh_chinh as disease_code,
    h.ngay_vao as entered_at,
    h.ngay_vao_noi_tru as admitted_at,
    h.ngay_ra as left_at,
    h.ngay_ttoan as paid_at,
    h.thoi_diem_tiep_nhan as received_at,
    {{ local_day('coalesce(h.ngay_vao_noi_tru, h.ngay_vao)') }} as admitted_on,
    {{ local_day('h.ngay_ra') }} as left_on,
    {{ local_day('h.ngay_ttoan') }} as paid_on,
    {{ local_day('h.thoi_diem_tiep_nhan') }} as received_on,
    cast(h.so_ngay_dtri as integer) as treatment_days,
    h.ket_qua_dtri as outcome,
    h.ma_loai_rv as discharge_kind,
    cast(h.t_thuoc as decimal(28, 6)) as medicine_cost,
    cast(h.t_vtyt as decimal(28, 6)) as supplies_cost,
    cast(h.t_tongchi_bv as decimal(28, 6)) as total_cost,
    cast(h.t_tongchi_bh as decimal(28, 6)) as insured_cost,
    cast(h.t_bhtt as decimal(28, 6)) as fund_pays,
    cast(h.t_bncct as decimal(28, 6)) as patient_shares,
    cast(h.t_bntt as decimal(28, 6)) as patient_pays,
    cast(h.t_nguonkhac as decimal(28, 6)) as others_pay,
    cast(h.xml2_so_dong as integer) as medicine_rows,
    cast(h.xml3_so_dong as integer) as service_rows,
    cast(h.xml4_so_dong as integer) as test_rows,
    cast(h.xml5_so_dong as integer) as progress_rows
from {{ ref('hist_y_te__ho_so') }} as h
left join {{ ref('agency_identifiers') }} as i
    on i.system = 'ma_tinh_kcb'
    and i.identifier = substr(h.ma_cskcb, 1, 2)
    and {{ local_day('h.ngay_ra') }} >= coalesce(i.valid_from, {{ local_day('h.ngay_ra') }})
    and {{ local_day('h.ngay_ra') }} <= coalesce(i.valid_to, {{ local_day('h.ngay_ra') }})
