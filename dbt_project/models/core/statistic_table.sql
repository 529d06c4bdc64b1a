{{ config(materialized='incremental', incremental_strategy='append',
          post_hook=["{{ mark_taken(ref('hist_thong_ke__cell')) }}"]) }}

-- Which family a printed table belongs to: the first title pattern that fits.
with printed as (
    select distinct
        c.load_id,
        c._delivery,
        c.file_sha,
        c.sheet,
        c.table_no,
        c.table_title
    from {{ ref('stg_thong_ke__cell') }} as c
    where {{ new_loads(ref('hist_thong_ke__cell'), 'c') }}
),

tables as materialized (
    select
        p.*,
        {{ header_key('p.table_title') }} as title_key
    from printed as p
)

select distinct on (t.file_sha, t.sheet, t.table_no)
    t.load_id,
    t._delivery,
    t.file_sha,
    t.sheet,
    t.table_no,
    t.table_title,
    t.title_key,
    s.family,
    coalesce(s.topic, 'Chưa phân loại') as topic
from tables as t
left join {{ ref('thong_ke_sheets') }} as s on t.title_key ~ s.pattern
order by t.file_sha, t.sheet, t.table_no, s.priority nulls last
