{{ config(tags=['source_dvc'], materialized='view') }}
-- Each administrative procedure as it was listed last.
select distinct on (p.procedure_code)
    p.procedure_code,
    p.procedure_name,
    p.field_code,
    p.field_name,
    p.level,
    p.limit_amount,
    p.limit_unit,
    p.online_level,
    p.known_at
from {{ ref('stg_dvc__thu_tuc') }} as p
order by p.procedure_code asc, p.known_at desc, p.loaded_at desc, p.load_id desc, p._delivery desc
