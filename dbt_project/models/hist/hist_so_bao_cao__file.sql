{{ config(materialized='incremental', incremental_strategy='append',
          post_hook="{{ mark_arrived('so_bao_cao') }}") }}

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
    a.figure_count,
    a.secret_count
from {{ arrived('so_bao_cao', 'file') }} as a
