{{ config(materialized='table') }}

-- Which printed cell gets its number from which correction: only where the print is still the
-- text that the correction is about.
with corrections as (
    select c.* from {{ ref('stg_correction') }} as c where c.source_code = 'thong_ke'
),

printed as (
    select
        h._delivery,
        h.file_sha,
        h.published_on,
        h.sheet,
        coalesce(nullif(h.table_title, ''), h.sheet) as table_title,
        h.cell,
        h.item_path,
        h.item_label,
        h.unit_text,
        h.value_text
    from {{ ref('hist_thong_ke__cell') }} as h
    where h.value_text in (select c.expect from corrections as c)
    union all
    select
        s._delivery,
        s.file_sha,
        s.published_on,
        s.sheet,
        coalesce(nullif(s.table_title, ''), s.sheet) as table_title,
        s.cell,
        s.item_path,
        s.item_label,
        s.unit_text,
        s.value_text
    from {{ ref('stg_thong_ke__set_aside') }} as s
    where s.value_text in (select c.expect from corrections as c)
),

families as (
    select distinct on (p.table_title)
        p.table_title,
        s.family
    from printed as p
    inner join {{ ref('thong_ke_sheets') }} as s
        on {{ header_key('p.table_title') }} ~ s.pattern
    order by p.table_title, s.priority
),

-- A series is told by its row label, and its measure by the unit.
series as (
    select
        c.correction_id,
        i.family,
        i.parent_pattern,
        {{ label_key('i.alias') }} as alias_key,
        nullif(substr(c.series_code, length(i.family || '.' || i.item_code) + 2), '') as measure
    from corrections as c
    inner join {{ ref('thong_ke_items') }} as i
        on c.series_code = i.family || '.' || i.item_code
        or starts_with(c.series_code, i.family || '.' || i.item_code || '.')
),

series_cells as (
    select distinct
        s.correction_id,
        p.file_sha,
        p.sheet,
        p.cell
    from printed as p
    inner join families as f on p.table_title = f.table_title
    inner join series as s
        on f.family = s.family
        and s.alias_key in ({{ label_key('p.item_label') }}, {{ label_key('p.item_path') }})
        and {{ label_key('p.item_path') }} ~ coalesce(s.parent_pattern, '')
    where
        s.measure is null
        or exists (
            select 1
            from {{ ref('thong_ke_units') }} as u
            where
                u.family = s.family and u.measure = s.measure
                and {{ header_key('p.unit_text') }} ~ u.pattern
        )
)

select distinct on (p.file_sha, p.sheet, p.cell)
    p._delivery,
    p.file_sha,
    p.published_on,
    p.sheet,
    p.cell,
    p.value_text,
    c.correction_id,
    c.value
from printed as p
inner join corrections as c
    on p.value_text = c.expect
    and (
        p.sheet = coalesce(c.sheet, p.sheet)
        or (c.item_path is not null and {{ sheet_key('p.sheet') }} = {{ sheet_key('c.sheet') }})
    )
    and p.cell = coalesce(c.cell, p.cell)
    and cast(date_trunc('month', p.published_on) as date)
    = coalesce(c.published_month, cast(date_trunc('month', p.published_on) as date))
    and (c.item_path is null or {{ label_key('p.item_path') }} = {{ label_key('c.item_path') }})
    and (c.unit_text is null or {{ header_key('p.unit_text') }} = {{ header_key('c.unit_text') }})
left join series_cells as s
    on c.correction_id = s.correction_id and p.file_sha = s.file_sha
    and p.sheet = s.sheet and p.cell = s.cell
where
    -- a text alone is no place
    (c.series_code is null and c.sheet is not null and coalesce(c.cell, c.item_path) is not null)
    or s.correction_id is not null
-- the narrower word goes before the wider one, then the later before the earlier
order by
    p.file_sha asc, p.sheet asc, p.cell asc,
    case when c.cell is not null and c.published_month is not null then 0 else 1 end asc,
    c.decided_on desc, coalesce(c.decision_seq, 0) desc, c.correction_id asc
