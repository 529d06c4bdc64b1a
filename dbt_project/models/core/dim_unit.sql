{{ config(tags=['reference']) }}
select
    u.unit_code,
    u.unit_name,
    u.base_unit_code,
    u.scale
from {{ ref('units') }} as u
