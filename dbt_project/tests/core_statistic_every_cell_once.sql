-- Every landed numeric cell has an outcome: none is lost between hist and core.
select
    h.file_sha,
    h.sheet,
    h.cell
from {{ ref('hist_thong_ke__cell') }} as h
left join {{ ref('statistic_cell') }} as c
    on c.file_sha = h.file_sha and c.sheet = h.sheet and c.cell = h.cell
where c.cell is null
