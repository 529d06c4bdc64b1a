{{ config(tags=['source_giao_duc']) }}
-- Exports of lists.
select
    h.load_id,
    h._delivery,
    h.loaded_at,
    h.nhom_tep as list_key,
    h.phien_ban as version_no,
    h._known_at as known_at,
    h.loai as list_kind,
    h.ky_hoc as term_code,
    h.cap_hoc as level,
    h.ten_tep as file_name,
    h.so_dong_doc as row_count,
    h.bang_ma as encoding,
    h.cot_la as strange_columns
from {{ ref('hist_giao_duc__tep') }} as h
