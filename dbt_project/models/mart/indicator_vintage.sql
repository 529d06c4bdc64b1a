select
    cast(t.indicator_code as text) as indicator_code,
    cast(i.name_vi as text) as indicator_name,
    cast(i.domain as text) as domain,
    cast(i.unit as text) as unit,
    cast(i.decimals as integer) as decimals,
    cast(t.area_key as text) as area_key,
    cast(a.area_code as text) as area_code,
    cast(a.area_name as text) as area_name,
    cast(t.agency_code as text) as agency_code,
    cast(t.calendar as text) as calendar,
    cast(t.period_type as text) as period_type,
    cast(t.period_start as date) as period_start,
    cast(t.period_end as date) as period_end,
    cast(coalesce(
        p.period_label, {{ period_label('t.period_type', 't.period_start', 't.period_end') }}
    ) as text) as period_label,
    cast(t.source_code as text) as source_code,
    cast(t.vintage_no as integer) as vintage_no,
    cast(t.value as decimal(28, 6)) as value,
    cast(t.numerator as decimal(28, 6)) as numerator,
    cast(t.denominator as decimal(28, 6)) as denominator,
    cast(t.estimate_status as text) as estimate_status,
    cast(t.known_from as timestamptz) as known_from,
    cast(t.known_to as timestamptz) as known_to,
    cast(t.base_id as integer) as base_id,
    cast(t.source_ref as text) as source_ref,
    cast(t.loaded_at as timestamptz) as loaded_at,
    cast({{ is_simulated() }} as boolean) as is_simulated,
    cast({{ publication_id() }} as bigint) as publication_id
from {{ ref('ind_vintage') }} as t
inner join {{ ref('indicators') }} as i on t.indicator_code = i.code
inner join {{ ref('dim_area') }} as a on t.area_key = a.area_key
-- A period that no calendar has is named by its dates.
left join {{ ref('dim_period') }} as p
    on t.calendar = p.calendar
    and t.period_type = p.period_type
    and t.period_start = p.period_start
    and t.period_end = p.period_end
