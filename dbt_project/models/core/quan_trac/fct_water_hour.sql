{{ config(tags=['source_quan_trac'], materialized='view') }}

-- Hourly water: the mean of each parameter's readings of an hour with the limits of its day. The
-- limits hold for the day's mean; `is_beyond_limit` of an hour warns, it judges nobody.
select
    v.station_code,
    v.parameter_code,
    v.hour_start,
    v.local_day,
    v.hour_no,
    v.received_count,
    v.valid_count,
    v.concentration,
    l.minimum as limit_low,
    l.maximum as limit_high,
    l.regulation,
    coalesce(v.concentration < l.minimum, false) or coalesce(v.concentration > l.maximum, false) as is_beyond_limit,
    v.known_from
from {{ ref('monitoring_hour_version') }} as v
left join {{ ref('station_limit') }} as l
    on v.station_code = l.station_code and v.parameter_code = l.parameter_code and l.averaging = 'day'
    and v.local_day >= l.valid_from and (l.valid_to is null or v.local_day <= l.valid_to)
where v.medium <> 'air' and v.replaced_day is null
  and v.station_code in (select s.station_code from {{ ref('stations') }} as s where s.medium_use in ('waste', 'surface'))
