{{ config(tags=['source_ioffice']) }}
-- Versions of what happened to tasks.
select
    h.load_id,
    h._delivery,
    h.loaded_at,
    h.ma_su_kien as record_key,
    cast(h.phien_ban as integer) as version_no,
    h._known_at as known_at,
    cast(h.da_xoa as boolean) as is_deleted,
    h.ma_nhiem_vu as task_key,
    h.loai_su_kien as kind,
    h.hinh_thuc as form,
    h.thoi_diem as happened_at,
    h.han_cu as old_due_on,
    h.han_moi as new_due_on,
    h.ly_do as reason,
    cast(h.lan_thu as integer) as event_no
from {{ ref('hist_ioffice__su_kien_nhiem_vu') }} as h
