{{ config(tags=['source_y_te'], materialized='view') }}
-- Each calendar day of each version of an inpatient stay: the day of entry, the day of leaving and
-- every day between them, whatever month they lie in, for the province as it was on that day.
select
    {{ counted_columns('v') }},
    v.is_deleted,
    v.facility_code,
    i.agency_code,
    i.area_key,
    v.department_code,
    cast(d.n as date) as bed_day
from {{ ref('visit_version') }} as v
cross join lateral generate_series(
    cast(v.admitted_on as timestamp), cast(v.left_on as timestamp), interval '1 day'
) as d (n)
left join {{ ref('agency_identifiers') }} as i
    on i.system = 'ma_tinh_kcb'
    and i.identifier = substr(v.facility_code, 1, 2)
    and cast(d.n as date) >= coalesce(i.valid_from, cast(d.n as date))
    and cast(d.n as date) <= coalesce(i.valid_to, cast(d.n as date))
where v.visit_kind = '03'
