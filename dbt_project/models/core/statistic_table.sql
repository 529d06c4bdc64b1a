{{ config(materialized='incremental', incremental_strategy='append',
          post_hook="{{ mark_taken(ref('hist_thong_ke__cell')) }}") }}

{#- Which family a printed table belongs to: the first title pattern that fits. -#}
with tables as (
    select distinct
        h.load_id,
        h._delivery,
        h.file_sha,
        h.sheet,
        h.table_no,
        h.table_title,
        {{ header_key("coalesce(nullif(h.table_title, ''), h.sheet)") }} as title_key
    from {{ ref('hist_thong_ke__cell') }} as h
    where {{ new_loads(ref('hist_thong_ke__cell'), 'h') }}
)

select distinct on (t.file_sha, t.sheet, t.table_no)
    t.load_id,
    t._delivery,
    t.file_sha,
    t.sheet,
    t.table_no,
    t.table_title,
    s.family,
    coalesce(s.topic, 'Chưa phân loại') as topic
from tables as t
left join {{ ref('thong_ke_sheets') }} as s on t.title_key ~ s.pattern
order by t.file_sha, t.sheet, t.table_no, s.priority nulls last
