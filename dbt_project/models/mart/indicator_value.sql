select
    cast(v.indicator_code as text) as indicator_code,
    cast(i.name_vi as text) as indicator_name,
    cast(i.domain as text) as domain,
    cast(i.unit as text) as unit,
    cast(i.decimals as integer) as decimals,
    cast(i.direction as text) as direction,
    cast(v.area_key as text) as area_key,
    cast(a.area_code as text) as area_code,
    cast(a.area_name as text) as area_name,
    cast(v.agency_code as text) as agency_code,
    cast(v.basis as text) as basis,
    cast(v.calendar as text) as calendar,
    cast(v.period_type as text) as period_type,
    cast(v.period_start as date) as period_start,
    cast(v.period_end as date) as period_end,
    cast(coalesce(
        p.period_label, {{ period_label('v.period_type', 'v.period_start', 'v.period_end') }}
    ) as text) as period_label,
    cast(v.value as decimal(28, 6)) as value,
    cast(v.numerator as decimal(28, 6)) as numerator,
    cast(v.denominator as decimal(28, 6)) as denominator,
    cast(v.estimate_status as text) as estimate_status,
    cast(v.vintage_no as integer) as vintage_no,
    cast(v.known_from as timestamptz) as known_from,
    cast(v.source_code as text) as source_code,
    cast(v.source_ref as text) as source_ref,
    cast(v.value_reason as text) as value_reason,
    cast({{ is_simulated() }} as boolean) as is_simulated,
    cast({{ publication_id() }} as bigint) as publication_id
from {{ ref('ind_value') }} as v
inner join {{ ref('indicators') }} as i on v.indicator_code = i.code
inner join {{ ref('dim_area') }} as a on v.area_key = a.area_key
-- A period that no calendar has is named by its dates.
left join {{ ref('dim_period') }} as p
    on v.calendar = p.calendar
    and v.period_type = p.period_type
    and v.period_start = p.period_start
    and v.period_end = p.period_end
