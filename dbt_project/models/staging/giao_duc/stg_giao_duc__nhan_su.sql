{{ config(tags=['source_giao_duc']) }}
-- People who work at schools, under their pseudonyms, as each export of a term tells them.
select
    {{ told_in_list('h.ma_truong') }},
    h.bi_danh as person_id,
    h.ma_truong as school_code,
    h.vi_tri as position_name,
    h.trinh_do as degree,
    h.hop_dong as contract_kind,
    h.mon_day as subject
from {{ ref('hist_giao_duc__nhan_su') }} as h
