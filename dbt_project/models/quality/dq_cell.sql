-- Cells that could not be mapped, those of one label or one column header together: one question
-- for a person, however many cells it stands for.
with cells as (
    select
        p.source_code,
        p.agency_code,
        p.delivery,
        p.source_file,
        p.published_on,
        p.publication_order,
        p.known_from,
        p.score_month,
        p.is_current,
        coalesce(c.family, '') as family,
        c.status,
        c.sheet || '!' || c.cell as address,
        c.sheet,
        c.value_text,
        c.item_path,
        c.column_path,
        split_part(c.reason, ' với ô ', 1) as reason,
        case
            when c.family is null then 'table'
            when c.reason like '%cột%' and c.reason not like 'Mặt hàng%' then 'column'
            when c.reason like 'Cả biểu %' or c.reason like 'Kế hoạch %' then 'column'
            else 'item'
        end as about
    from {{ ref('statistic_cell') }} as c
    inner join {{ ref('dq_publication') }} as p on c.file_sha = p.delivery
    where c.status = 'unmapped'
),

labelled as (
    select
        c.*,
        case c.about when 'table' then c.sheet when 'column' then c.column_path else c.item_path end as label
    from cells as c
)

select
    l.source_code,
    l.agency_code,
    l.delivery,
    l.source_file,
    l.published_on,
    l.known_from,
    l.score_month,
    l.family,
    cast('' as varchar) as series_code,
    cast('' as varchar) as area_key,
    cast('month' as varchar) as period_type,
    l.score_month as period_start,
    {{ month_end('l.score_month') }} as period_end,
    min(l.address) as address,
    string_agg(l.address, '/' order by l.address) as addresses,
    min(l.value_text) as value_text,
    l.family || '|' || l.reason || '|' || l.label as record_key,
    l.is_current,
    l.status,
    l.reason,
    l.about,
    l.sheet,
    min(l.item_path) as item_path,
    min(l.column_path) as column_path,
    cast(count(*) as integer) as cell_count
from labelled as l
group by
    l.source_code, l.agency_code, l.delivery, l.source_file, l.published_on, l.known_from,
    l.score_month, l.family, l.is_current, l.status, l.reason, l.about, l.sheet, l.label
