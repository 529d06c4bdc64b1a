{{ config(tags=['source_quan_trac']) }}

-- Every station, those that nobody has described yet as well: they send data and have no area.
with sending as (
    select
        s.station_code,
        min(s.local_day) as first_day,
        max(s.local_day) as last_day
    from {{ ref('monitoring_hour_version') }} as s
    group by s.station_code
)

select
    coalesce(d.station_code, s.station_code) as station_code,
    coalesce(d.station_name, s.station_code) as station_name,
    d.medium_use,
    d.limit_column,
    d.limit_factor,
    s.first_day,
    s.last_day,
    d.closed_on,
    d.station_code is not null as is_described
from {{ ref('stations') }} as d
full outer join sending as s on d.station_code = s.station_code
