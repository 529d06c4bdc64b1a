{{ config(tags=['source_quan_trac']) }}

-- VN_AQI of the hour at each station: the greatest index of its pollutants; none without PM2.5 or PM10.
select
    h.station_code,
    h.hour_start,
    h.local_day,
    h.hour_no,
    max(h.aqi) as aqi,
    {{ greatest_of('h.aqi', 'h.parameter_code') }} as main_pollutant,
    max(h.known_from) as known_from
from {{ ref('fct_air_hour') }} as h
where h.aqi is not null
group by h.station_code, h.hour_start, h.local_day, h.hour_no
having count(*) filter (where h.parameter_code in ('pm25', 'pm10')) > 0
