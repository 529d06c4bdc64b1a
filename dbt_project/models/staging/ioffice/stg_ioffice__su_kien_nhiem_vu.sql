{{ config(tags=['source_ioffice']) }}
-- Versions of what happened to tasks.
select
    {{ told_version('h.ma_su_kien') }},
    h.ma_nhiem_vu as task_key,
    h.loai_su_kien as kind,
    h.hinh_thuc as form,
    h.thoi_diem as happened_at,
    h.han_cu as old_due_on,
    h.han_moi as new_due_on,
    h.ly_do as reason,
    cast(h.lan_thu as integer) as event_no
from {{ ref('hist_ioffice__su_kien_nhiem_vu') }} as h
