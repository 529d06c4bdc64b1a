with counted as (
    select
        cast(count(*) as integer) as system_count,
        cast(count(*) filter (where s.is_in_scope) as integer) as in_scope_count,
        cast(count(*) filter (where s.mode <> 'none') as integer) as connected_count,
        cast(count(*) filter (where s.mode = 'automatic') as integer) as automatic_count,
        cast(count(*) filter (where s.mode = 'automatic' and s.promise like 'Từng phút%') as integer) as realtime_count,
        cast(count(*) filter (where s.step = 4) as integer) as verified_count,
        cast(count(*) filter (where s.blocked_by is not null and s.mode = 'none') as integer) as blocked_count
    from {{ ref('source_status') }} as s
)

select
    c.system_count,
    c.in_scope_count,
    c.connected_count,
    c.automatic_count,
    c.realtime_count,
    c.verified_count,
    c.blocked_count,
    cast(cast(c.automatic_count as varchar) || '/' || cast(c.system_count as varchar)
        || ' phân hệ tự động' as text) as automatic_text,
    cast(cast(c.connected_count as varchar) || '/' || cast(c.system_count as varchar)
        || ' phân hệ đã có số liệu' as text) as connected_text,
    {{ is_simulated() }} as is_simulated,
    {{ publication_id() }} as publication_id
from counted as c
