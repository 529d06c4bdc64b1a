{{ config(tags=['source_y_te'], materialized='view') }}
-- What visits, days in bed and planned beds count in (catalogue J01–J04, J10, J12).
{{ contributions(ref('visit_version'), [
    {'measure': 'ho_so_y_te_cap_nhat', 'day': 'v.received_on'},
    {'measure': 'luot_kham_benh', 'day': 'v.left_on'},
    {'measure': 'luot_noi_tru', 'day': 'v.left_on', 'only': "v.visit_kind = '03'"},
    {'measure': 'luot_chuyen_tuyen', 'day': 'v.left_on', 'only': "v.discharge_kind in ('2', '5')"},
    {'measure': 'xml_nhan', 'day': 'v.paid_on'},
    {'measure': 'xml_dung_ngay', 'day': 'v.paid_on', 'only': 'v.received_on <= v.paid_on'},
]) }}
union all
{{ contributions(ref('bed_day_version'), [{'measure': 'ngay_dieu_tri_noi_tru', 'day': 'v.bed_day'}]) }}
union all
{{ contributions(ref('planned_bed_month'), [
    {'measure': 'ngay_giuong_ke_hoach', 'day': 'v.period_end', 'value': 'v.bed_days', 'grain': 'stock'},
]) }}
