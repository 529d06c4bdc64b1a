-- Every landed numeric cell has an outcome: none is lost between hist and core.
select
    h.file_sha,
    h.sheet,
    h.cell
from {{ ref('hist_thong_ke__cell') }} as h
left join {{ ref('statistic_cell') }} as c
    on h.file_sha = c.file_sha and h.sheet = c.sheet and h.cell = c.cell
where c.cell is null
