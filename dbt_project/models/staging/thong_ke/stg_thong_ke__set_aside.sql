{{ config(materialized='table') }}

-- Cells that judging set aside for their number alone, so that an answer brings them back.
select distinct on (r.load_id, r.row_no)
    r.load_id,
    a.loaded_at,
    r.delivery as _delivery,
    r.known_at as _known_at,
    r.row_no as _row_no,
    {{ json_field('r.record', 'source_file') }} as source_file,
    {{ json_field('r.record', 'file_sha') }} as file_sha,
    cast({{ json_field('r.record', 'published_on') }} as date) as published_on,
    cast({{ json_field('r.record', 'published_seq') }} as integer) as published_seq,
    {{ json_field('r.record', 'sheet') }} as sheet,
    cast({{ json_field('r.record', 'sheet_no') }} as integer) as sheet_no,
    cast({{ json_field('r.record', 'sheet_hidden') }} as boolean) as sheet_hidden,
    cast({{ json_field('r.record', 'table_no') }} as integer) as table_no,
    {{ json_field('r.record', 'table_title') }} as table_title,
    cast({{ json_field('r.record', 'row_no') }} as integer) as row_no,
    cast({{ json_field('r.record', 'col_no') }} as integer) as col_no,
    {{ json_field('r.record', 'cell') }} as cell,
    cast({{ json_field('r.record', 'row_hidden') }} as boolean) as row_hidden,
    cast({{ json_field('r.record', 'col_hidden') }} as boolean) as col_hidden,
    {{ json_field('r.record', 'cell_kind') }} as cell_kind,
    {{ json_field('r.record', 'item_path') }} as item_path,
    {{ json_field('r.record', 'item_label') }} as item_label,
    {{ json_field('r.record', 'column_path') }} as column_path,
    {{ json_field('r.record', 'unit_text') }} as unit_text,
    {{ json_field('r.record', 'value_text') }} as value_text
from {{ quality_rows('rejected') }} as r
inner join {{ accepted('thong_ke') }} as a on r.load_id = a.load_id and r.delivery = a.delivery
where
    r.source = 'thong_ke' and r.table_name = 'cell' and r.record is not null
    and not exists (
        select 1
        from {{ quality_rows('rejected') }} as o
        where
            o.source = r.source and o.load_id = r.load_id and o.table_name = r.table_name
            and o.row_no = r.row_no
            and o.rule_id not in ({{ rules_of_the_number() }})
    )
order by r.load_id, r.row_no
