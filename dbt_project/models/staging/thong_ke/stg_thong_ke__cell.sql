-- What was set aside for its number comes back when a steward told the number.
{%- set columns = [
    'load_id', 'loaded_at', '_delivery', '_known_at', 'source_file', 'file_sha', 'published_on',
    'published_seq', 'sheet', 'sheet_no', 'sheet_hidden', 'table_no', 'table_title', 'row_no',
    'col_no', 'cell', 'row_hidden', 'col_hidden', 'cell_kind', 'item_path', 'item_label',
    'column_path', 'unit_text', 'value_text',
] %}
with printed as (
    select {% for name in columns %}p.{{ name }}, {% endfor %}p.value
    from {{ ref('hist_thong_ke__cell') }} as p
    union all
    select {% for name in columns %}p.{{ name }}, {% endfor %}cast(null as double precision) as value
    from {{ ref('stg_thong_ke__set_aside') }} as p
    where exists (
        select 1
        from {{ ref('stg_thong_ke__correction') }} as c
        where c.file_sha = p.file_sha and c.sheet = p.sheet and c.cell = p.cell
    )
)

select
    h.load_id,
    h.loaded_at,
    h._delivery,
    h._known_at as known_from,
    h.source_file,
    h.file_sha,
    h.published_on,
    cast(date_trunc('month', h.published_on) as date) as published_month,
    h.published_seq,
    h.sheet,
    h.sheet_no,
    h.table_no,
    coalesce(nullif(h.table_title, ''), h.sheet) as table_title,
    h.row_no,
    h.col_no,
    h.cell,
    h.sheet_hidden or h.row_hidden or h.col_hidden as is_hidden,
    h.cell_kind,
    h.item_path,
    h.item_label,
    h.column_path,
    h.unit_text,
    h.value_text,
    coalesce(cast(k.value as double precision), h.value) as value,
    k.correction_id
from printed as h
left join {{ ref('stg_thong_ke__correction') }} as k
    on h.file_sha = k.file_sha and h.sheet = k.sheet and h.cell = k.cell
