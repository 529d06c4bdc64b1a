{{ config(materialized='view') }}

select
    c.load_id,
    c.source_file,
    c.file_sha,
    c.sheet,
    c.cell,
    c.family,
    c.status,
    c.reason,
    c.item_path,
    c.column_path,
    c.value_text,
    c.published_on
from {{ ref('statistic_cell') }} as c
