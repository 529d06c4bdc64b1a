{{ config(tags=['source_y_te'], materialized='view') }}
-- Planned beds times the days of each month that has ended: a month has ended once the gateway
-- told of something later. Nobody knew the month's total before its end, and months before the
-- first record was received are no empty wards.
with months as (
    select
        p.period_start,
        p.period_end,
        {{ known_from('p.period_end + 1') }} as known_from
    from {{ ref('dim_period') }} as p
    where p.calendar = 'calendar' and p.period_type = 'month'
      and p.period_end >= (select min(n.received_on) from {{ ref('visit_version') }} as n)
      and p.period_end < (select max({{ local_day('n.known_at') }}) from {{ ref('visit_version') }} as n)
)

select
    {{ counted_columns('v', 'greatest(v.known_at, m.known_from)') }},
    v.is_deleted,
    v.facility_code,
    i.agency_code,
    i.area_key,
    m.period_end,
    v.planned_beds * (
        cast(least(coalesce(v.valid_to, m.period_end), m.period_end) as date)
        - cast(greatest(v.valid_from, m.period_start) as date) + 1
    ) as bed_days
from {{ ref('facility_version') }} as v
inner join months as m
    on v.valid_from <= m.period_end and coalesce(v.valid_to, m.period_end) >= m.period_start
left join {{ ref('agency_identifiers') }} as i
    on i.system = 'ma_tinh_kcb' and v.province_code = i.identifier
    and m.period_start between coalesce(i.valid_from, m.period_start) and coalesce(i.valid_to, m.period_start)
where v.known_to is null or v.known_to > m.known_from
