-- A row has a value or the reason why not, never both, never neither.
select
    indicator_code,
    period_label,
    value,
    value_reason
from {{ ref('indicator_value') }}
where (value is null) = (value_reason is null)
   or (value is not null and (known_from is null or source_ref is null or estimate_status is null))
