{{ config(tags=['source_giao_duc']) }}
-- Learners under their pseudonyms as each export of a term tells them.
select
    {{ told_in_list('h.ma_lop') }},
    h.bi_danh as learner_id,
    h.ma_truong as school_code,
    h.ma_lop as class_code,
    h.khoi as grade,
    h.gioi_tinh as gender,
    h.trang_thai as state,
    h.hoc_tap as study_result,
    h.ren_luyen as conduct_result
from {{ ref('hist_giao_duc__hoc_sinh') }} as h
