{{ config(tags=['source_dvc']) }}
-- What the portal publishes of each unit, group and month; progress counts dossiers on time among
-- those received, the other groups say themselves what they reached of what.
select
    h.load_id,
    h._delivery,
    h.loaded_at,
    h._known_at as known_at,
    make_date(cast(substr(h.thang, 1, 4) as integer), cast(substr(h.thang, 5, 2) as integer), 1) as month,
    h.nhom as service,
    coalesce(h.ma_don_vi, '') as unit_identifier,
    h.ten_don_vi as unit_name,
    h.cap as level,
    cast(case when h.nhom = 'dvc-progress-tree' then h.dung_han else h.tu_so end as bigint) as reached,
    cast(case when h.nhom = 'dvc-progress-tree' then h.tong_tiep_nhan else h.mau_so end as bigint) as of_total,
    h.diem as score_published
from {{ ref('hist_dvc__thong_ke_766') }} as h
