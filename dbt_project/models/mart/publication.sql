select
    cast(b.publication_id as bigint) as publication_id,
    cast(b.known_at as timestamptz) as known_at,
    (
        select cast(max(s.last_known_at) at time zone 'Asia/Ho_Chi_Minh' as date)
        from {{ ref('dq_source') }} as s
    ) as data_as_of,
    cast(b.is_simulated as boolean) as is_simulated,
    cast(b.input_fingerprint as text) as input_fingerprint,
    {{ witnessed_count() }} as decision_count,
    {{ witnessed_head() }} as decision_head
from ops.build as b
