{{ config(materialized='incremental', incremental_strategy='append',
          post_hook="{{ mark_arrived('thong_ke') }}") }}

select
    a.load_id,
    a.loaded_at,
    a._delivery,
    a._known_at,
    a._row_no,
    a.source_file,
    a.file_sha,
    a.size_bytes,
    a.published_on,
    a.published_seq,
    a.sheet_count,
    a.numeric_cell_count
from {{ arrived('thong_ke', 'file') }} as a
