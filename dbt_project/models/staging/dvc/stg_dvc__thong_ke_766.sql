{{ config(tags=['source_dvc']) }}
-- Versions of what the portal publishes of each unit, group and month; progress counts dossiers on
-- time among those received, the other groups say themselves what they reached of what. The row of
-- the whole province has no identifier of its own: that of its units begins with the province's.
select
    h.load_id,
    h._delivery,
    h.loaded_at,
    h.nhom || '|' || h.thang || '|' || coalesce(h.ma_don_vi, '') as record_key,
    1 as version_no,
    h._known_at as known_at,
    false as is_deleted,
    make_date(cast(substr(h.thang, 1, 4) as integer), cast(substr(h.thang, 5, 2) as integer), 1) as month,
    h.nhom as service,
    coalesce(h.ma_don_vi, '') as unit_identifier,
    h.ten_don_vi as unit_name,
    h.cap as level,
    min(split_part(h.ma_don_vi, '.', 1)) over (partition by h.load_id, h._delivery) as province_identifier,
    cast(case when h.nhom = 'dvc-progress-tree' then h.dung_han else h.tu_so end as bigint) as reached,
    cast(case when h.nhom = 'dvc-progress-tree' then h.tong_tiep_nhan else h.mau_so end as bigint) as of_total,
    h.diem as score_published
from {{ ref('hist_dvc__thong_ke_766') }} as h
