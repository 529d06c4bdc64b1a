-- Every delivery beside the one before it: how much of it is word for word the same.
with cells as (
    select
        c.file_sha as delivery,
        c.sheet_no,
        c.cell,
        c.value_text
    from {{ ref('stg_thong_ke__cell') }} as c
    where c.cell_kind = 'body'
),

counted as (
    select
        delivery,
        cast(count(*) as integer) as cell_count
    from cells
    group by delivery
    union all
    select
        r._delivery,
        cast(count(*) as integer)
    from {{ ref('hist_so_bao_cao__figure') }} as r
    group by r._delivery
),

same as (
    select
        p.delivery,
        cast(count(*) as integer) as same_count
    from {{ ref('dq_publication') }} as p
    inner join cells as c on p.delivery = c.delivery
    inner join cells as b
        on p.delivery_before = b.delivery and c.sheet_no = b.sheet_no and c.cell = b.cell
        and c.value_text = b.value_text
    group by p.delivery
)

select
    p.source_code,
    p.agency_code,
    p.delivery,
    p.source_file,
    p.published_on,
    p.known_from,
    p.score_month,
    cast('' as varchar) as family,
    cast('' as varchar) as series_code,
    cast('' as varchar) as area_key,
    cast('month' as varchar) as period_type,
    p.score_month as period_start,
    {{ month_end('p.score_month') }} as period_end,
    cast('' as varchar) as address,
    cast('*' as varchar) as addresses,
    cast('' as varchar) as value_text,
    p.source_code || '|' || cast(p.score_month as varchar) as record_key,
    p.is_current,
    coalesce(n.cell_count, cast(p.row_count as integer), 0) as cell_count,
    b.cell_count as cell_count_before,
    cast(coalesce(s.same_count, 0) as double precision) / nullif(n.cell_count, 0)
        as same_cells_as_before,
    f.source_file as file_before
from {{ ref('dq_publication') }} as p
left join counted as n on p.delivery = n.delivery
left join counted as b on p.delivery_before = b.delivery
left join same as s on p.delivery = s.delivery
left join {{ ref('dq_publication') }} as f on p.delivery_before = f.delivery
