{{ config(tags=['source_giao_duc']) }}
-- People who work at schools, under their pseudonyms, as each export of a term tells them.
select
    h.nhom_tep as list_key,
    h.phien_ban as version_no,
    h.ky_hoc || '|' || h.ma_truong as record_key,
    h.ky_hoc as term_code,
    h.bi_danh as person_id,
    h.ma_truong as school_code,
    h.vi_tri as position_name,
    h.trinh_do as degree,
    h.hop_dong as contract_kind,
    h.mon_day as subject
from {{ ref('hist_giao_duc__nhan_su') }} as h
