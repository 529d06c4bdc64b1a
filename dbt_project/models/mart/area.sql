select
    cast(a.area_key as text) as area_key,
    cast(a.area_code as text) as area_code,
    cast(a.area_name as text) as area_name,
    cast(a.level as text) as level,
    cast(a.parent_key as text) as parent_key,
    cast(a.valid_from as date) as valid_from,
    cast(a.valid_to as date) as valid_to,
    cast(a.legal_act as text) as legal_act,
    cast(a.latitude as decimal(7, 4)) as latitude,
    cast(a.longitude as decimal(7, 4)) as longitude,
    cast({{ is_simulated() }} as boolean) as is_simulated,
    cast({{ publication_id() }} as bigint) as publication_id
from {{ ref('dim_area') }} as a
