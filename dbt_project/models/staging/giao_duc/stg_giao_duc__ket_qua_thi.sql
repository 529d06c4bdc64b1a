{{ config(tags=['source_giao_duc']) }}
-- Candidates of the leaving examination under their pseudonyms.
select
    {{ told_in_list('h.ma_truong') }},
    h.bi_danh as candidate_id,
    h.ma_truong as school_code,
    cast(h.tong_diem as decimal(28, 6)) as score,
    h.ket_qua as outcome
from {{ ref('hist_giao_duc__ket_qua_thi') }} as h
