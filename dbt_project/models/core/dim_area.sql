{{ config(tags=['reference']) }}
select
    a.area_key,
    a.area_code,
    a.area_name,
    a.level,
    a.parent_key,
    a.valid_from,
    a.valid_to,
    a.legal_act,
    a.area_km2,
    a.latitude,
    a.longitude,
    a.valid_to is null as is_current
from {{ ref('areas') }} as a
