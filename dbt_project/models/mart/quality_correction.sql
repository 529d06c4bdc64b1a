-- What became of each correction: where it gives a number now, or that the print has changed.
with newest as (
    select distinct on (cast(date_trunc('month', f.published_on) as date))
        f._delivery,
        cast(date_trunc('month', f.published_on) as date) as published_month
    from {{ ref('hist_thong_ke__file') }} as f
    order by
        cast(date_trunc('month', f.published_on) as date) asc, f.published_on desc, f.published_seq desc
),

used as (
    select
        k.correction_id,
        count(*) as cells,
        count(n._delivery) as current_cells
    from {{ ref('stg_thong_ke__correction') }} as k
    left join newest as n on k._delivery = n._delivery
    group by k.correction_id
),

cells as (
    select
        p._delivery,
        p.sheet,
        p.cell,
        p.value_text
    from {{ ref('hist_thong_ke__cell') }} as p
    union all
    select
        p._delivery,
        p.sheet,
        p.cell,
        p.value_text
    from {{ ref('stg_thong_ke__set_aside') }} as p
),

-- what the newest delivery prints where one cell was meant
printed as (
    select
        c.correction_id,
        max(h.value_text) as found_text
    from {{ ref('stg_correction') }} as c
    inner join newest as n on c.published_month = n.published_month
    inner join cells as h
        on n._delivery = h._delivery and c.sheet = h.sheet and c.cell = h.cell
    group by c.correction_id
),

settled as (
    select
        c.*,
        coalesce(u.current_cells, 0) as current_cells,
        p.found_text,
        -- a standing rule may wait for its text; one cell's correction is about what it prints now
        case
            when coalesce(u.current_cells, 0) > 0 then 'co_hieu_luc'
            when c.cell is null or c.published_month is null then 'dang_cho'
            else 'het_hieu_luc'
        end as state
    from {{ ref('stg_correction') }} as c
    left join used as u on c.correction_id = u.correction_id
    left join printed as p on c.correction_id = p.correction_id
)

select
    cast(s.correction_id as text) as correction_id,
    cast(s.origin as text) as origin,
    cast(s.issue_id as text) as issue_id,
    cast(s.source_code as text) as source,
    cast(s.published_month as date) as period,
    cast(s.sheet as text) as sheet,
    cast(s.cell as text) as cell,
    cast(coalesce(s.series_code, s.item_path) as text) as series,
    cast(s.expect as text) as expect,
    cast(s.value as decimal(28, 6)) as value,
    cast(s.state as text) as state,
    cast(case s.state
        when 'co_hieu_luc' then 'Có hiệu lực'
        when 'dang_cho' then 'Chờ gặp lại'
        else 'Hết hiệu lực'
    end as text) as state_name,
    cast(case
        when s.state <> 'het_hieu_luc' then null
        when s.found_text is null then 'Ô ấy không còn trong lần công bố mới nhất'
        when s.found_text = s.expect then 'Một đính chính khác cùng ô được dùng'
        else 'Nguồn nay in «' || s.found_text || '»'
    end as text) as state_reason,
    cast(s.current_cells as bigint) as cell_count,
    cast(s.reason as text) as reason,
    cast(s.decided_by as text) as decided_by,
    cast(s.decided_on as date) as decided_on,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from settled as s
