{{ config(tags=['source_quan_trac']) }}

-- VN_AQI of each day of a province: the greatest of its ambient stations, as it was known at the end
-- of each day on which that of any of them changed.
with stations as (
    select
        v.*,
        a.area_key,
        a.agency_code
    from {{ ref('aqi_day_version') }} as v
    inner join {{ ref('stations') }} as s on v.station_code = s.station_code and s.medium_use = 'ambient'
    inner join {{ ref('station_assignments') }} as a
        on v.station_code = a.station_code
        and v.aqi_day >= a.valid_from and (a.valid_to is null or v.aqi_day <= a.valid_to)
),

moments as (
    select distinct
        s.area_key,
        s.agency_code,
        s.aqi_day,
        s.as_of
    from stations as s
),

known as (
    select
        m.area_key,
        m.agency_code,
        m.aqi_day,
        m.as_of,
        max(s.known_at) as known_at,
        max(s.aqi) as aqi,
        count(s.aqi) as station_count,
        {{ greatest_of('s.aqi', 's.station_code') }} as main_station,
        max(s.load_key) as load_key,
        max(s.loaded_at) as loaded_at
    from moments as m
    inner join stations as s
        on m.area_key = s.area_key and m.agency_code = s.agency_code and m.aqi_day = s.aqi_day
        and m.as_of >= s.as_of and (s.replaced_day is null or m.as_of < s.replaced_day)
    group by m.area_key, m.agency_code, m.aqi_day, m.as_of
)

select
    k.area_key || '|' || cast(k.aqi_day as text) as record_key,
    k.area_key,
    k.agency_code,
    k.aqi_day,
    k.as_of,
    k.aqi,
    k.station_count,
    k.main_station,
    {{ version_chain('k') }}
from known as k
window w as (partition by k.area_key, k.agency_code, k.aqi_day order by k.as_of)
