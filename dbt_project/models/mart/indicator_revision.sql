-- What became of every first figure: the first vintage beside the current one.
with spans as (
    select
        v.*,
        count(*) over w as vintages,
        first_value(v.value) over w as first_value,
        first_value(v.estimate_status) over w as first_status,
        first_value(v.known_from) over w as first_known_from,
        first_value(v.source_ref) over w as first_source_ref
    from {{ ref('ind_vintage') }} as v
    where {{ is_printed('v.source_code') }}
    window w as (
        partition by
            v.indicator_code, v.area_key, v.agency_code, v.source_code, v.calendar,
            v.period_type, v.period_start, v.period_end
        order by v.vintage_no rows between unbounded preceding and unbounded following
    )
)

select
    cast(s.indicator_code as text) as indicator_code,
    cast(i.name_vi as text) as indicator_name,
    cast(i.domain as text) as domain,
    cast(i.unit as text) as unit,
    cast(i.decimals as integer) as decimals,
    cast(s.area_key as text) as area_key,
    cast(a.area_code as text) as area_code,
    cast(a.area_name as text) as area_name,
    cast(s.agency_code as text) as agency_code,
    cast(s.source_code as text) as source_code,
    cast(s.calendar as text) as calendar,
    cast(s.period_type as text) as period_type,
    cast(s.period_start as date) as period_start,
    cast(s.period_end as date) as period_end,
    cast({{ period_label('s.period_type', 's.period_start', 's.period_end') }} as text) as period_label,
    cast(s.first_value as decimal(28, 6)) as first_value,
    cast(s.first_status as text) as first_status,
    cast(s.first_known_from as timestamptz) as first_known_from,
    cast(s.first_source_ref as text) as first_source_ref,
    cast(s.value as decimal(28, 6)) as current_value,
    cast(s.estimate_status as text) as current_status,
    cast(s.known_from as timestamptz) as current_known_from,
    cast(s.source_ref as text) as current_source_ref,
    cast(s.value - s.first_value as decimal(28, 6)) as revision_abs,
    cast(case when i.unit <> '%' then {{ pct_change('s.value', 's.first_value') }} end as decimal(28, 6))
        as revision_pct,
    cast(s.vintages as integer) as vintages,
    cast({{ is_simulated() }} as boolean) as is_simulated,
    cast({{ publication_id() }} as bigint) as publication_id
from spans as s
inner join {{ ref('indicators') }} as i on s.indicator_code = i.code
inner join {{ ref('dim_area') }} as a on s.area_key = a.area_key
where s.known_to is null
