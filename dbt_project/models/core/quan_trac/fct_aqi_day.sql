{{ config(tags=['source_quan_trac'], materialized='view') }}

-- VN_AQI of each day at each station, as known now, with its band.
select
    v.station_code,
    v.aqi_day,
    v.aqi,
    v.main_pollutant,
    b.band_name,
    b.colour,
    v.aqi_pm25,
    v.aqi_pm10,
    v.aqi_o3_1h,
    v.aqi_o3_8h,
    v.aqi_no2,
    v.aqi_so2,
    v.aqi_co,
    v.known_at as known_from
from {{ ref('aqi_day_version') }} as v
left join {{ ref('vn_aqi_bands') }} as b
    on v.aqi between b.aqi_low and b.aqi_high
    and v.aqi_day >= b.valid_from and (b.valid_to is null or v.aqi_day <= b.valid_to)
where v.replaced_day is null
