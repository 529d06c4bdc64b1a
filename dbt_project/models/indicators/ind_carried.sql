-- Figures on today's units: published directly, else carried from the units of their time. Every
-- unit shows one source a period, so that both bases rest on the same figures.
with figures as (
    select
        p.*,
        s.status_rank
    from {{ ref('ind_as_published') }} as p
    left join {{ ref('estimate_status') }} as s on p.estimate_status = s.estimate_status
),

carried as (
    {{ carry('figures', ref('bridge_area'), ref('dim_area')) | indent(4) }}
)

select
    c.indicator_code,
    c.area_key,
    c.agency_code,
    c.source_code,
    c.calendar,
    c.period_type,
    c.period_start,
    c.period_end,
    c.value,
    c.numerator,
    c.denominator,
    s.estimate_status,
    c.vintage_no,
    c.known_from,
    c.source_ref,
    c.base_id,
    c.base_key,
    c.value_reason,
    c.figure_area_key,
    c.is_estimated
from carried as c
left join {{ ref('estimate_status') }} as s on c.status_rank = s.status_rank
