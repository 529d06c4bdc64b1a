{{ config(tags=['source_giao_duc']) }}
-- Classes as each export of a term tells them.
select
    {{ told_in_list('h.ma_lop') }},
    h.ma_truong as school_code,
    h.ma_lop as class_code,
    h.ten_lop as class_name,
    h.khoi as grade,
    h.si_so as class_size
from {{ ref('hist_giao_duc__lop') }} as h
