{{ config(tags=['source_giao_duc']) }}
-- Classes as each export of a term tells them.
select
    h.nhom_tep as list_key,
    h.phien_ban as version_no,
    h.ky_hoc || '|' || h.ma_lop as record_key,
    h.ky_hoc as term_code,
    h.ma_truong as school_code,
    h.ma_lop as class_code,
    h.ten_lop as class_name,
    h.khoi as grade,
    h.si_so as class_size
from {{ ref('hist_giao_duc__lop') }} as h
