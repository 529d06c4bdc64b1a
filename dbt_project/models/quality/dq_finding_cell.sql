-- The cells that open findings of severity chặn or cảnh báo name; `*` stands for a whole delivery.
select
    r.finding_id,
    r.source_code,
    r.agency_code,
    r.score_month,
    r.delivery,
    r.dimension,
    r.cell_count,
    unnest(string_to_array(r.addresses, '/')) as address
from {{ ref('dq_finding_row') }} as r
where r.is_current and r.severity in ('chan', 'canh_bao') and r.addresses <> ''
