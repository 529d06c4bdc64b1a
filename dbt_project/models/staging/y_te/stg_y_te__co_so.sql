{{ config(tags=['source_y_te']) }}
-- Facilities with the planned beds of a span of days, as the gateway listed them.
select
    {{ told_version("h.ma_cskcb || '|' || cast(h.hieu_luc_tu as text)") }},
    h.ma_cskcb as facility_code,
    h.ten_cskcb as facility_name,
    h.ma_tinh as province_code,
    h.hang as facility_rank,
    cast(h.giuong_ke_hoach as integer) as planned_beds,
    cast(h.hieu_luc_tu as date) as valid_from,
    cast(h.hieu_luc_den as date) as valid_to
from {{ ref('hist_y_te__co_so') }} as h
