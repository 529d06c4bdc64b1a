{{ config(tags=['source_giao_duc']) }}
-- Learners under their pseudonyms as each export of a term tells them.
select
    h.nhom_tep as list_key,
    h.phien_ban as version_no,
    h.ky_hoc || '|' || h.ma_lop as record_key,
    h.ky_hoc as term_code,
    h.bi_danh as learner_id,
    h.ma_truong as school_code,
    h.ma_lop as class_code,
    h.khoi as grade,
    h.gioi_tinh as gender,
    h.trang_thai as state,
    h.hoc_tap as study_result,
    h.ren_luyen as conduct_result
from {{ ref('hist_giao_duc__hoc_sinh') }} as h
