{{ config(tags=['reference']) }}
select
    a.agency_code,
    a.agency_name,
    a.short_name,
    a.valid_from,
    a.valid_to,
    a.successor_code,
    s.agency_name as successor_name,
    a.note
from {{ ref('agencies') }} as a
left join {{ ref('agencies') }} as s on a.successor_code = s.agency_code
