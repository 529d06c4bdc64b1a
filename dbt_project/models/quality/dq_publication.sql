-- One row per delivery that was taken in: the month it reports on, and whether a later delivery of
-- the same month replaced it. The month is the one most of its sheets end with, because a late or
-- corrected file is published in another month than the one it is about.
with sheets as (
    select
        c.file_sha,
        c.sheet,
        max(cast(date_trunc('month', c.period_end) as date)) as last_month
    from {{ ref('statistic_column') }} as c
    where c.column_reason is null
    group by c.file_sha, c.sheet
),

months as (
    select distinct on (s.file_sha)
        s.file_sha,
        s.last_month
    from (
        select
            file_sha,
            last_month,
            count(*) as sheet_count
        from sheets
        group by file_sha, last_month
    ) as s
    order by s.file_sha, s.sheet_count desc, s.last_month desc
),

dated as (
    select
        'thong_ke' as source_code,
        f._delivery as delivery,
        f.source_file,
        f.published_on,
        {{ publication_order('f.published_on', 'f.published_seq') }} as publication_order,
        f._known_at as known_from,
        f.numeric_cell_count,
        coalesce(m.last_month, cast(date_trunc('month', f.published_on) as date)) as score_month
    from {{ ref('hist_thong_ke__file') }} as f
    left join months as m on f.file_sha = m.file_sha
)

select
    d.source_code,
    {{ agency_of('d.source_code') }} as agency_code,
    d.delivery,
    d.source_file,
    d.published_on,
    d.publication_order,
    d.known_from,
    d.numeric_cell_count,
    d.score_month,
    lag(d.delivery) over publications as delivery_before,
    row_number() over (
        partition by d.source_code, d.score_month
        order by d.publication_order desc
    ) = 1 as is_current
from dated as d
window publications as (partition by d.source_code order by d.publication_order)
