{{ config(tags=['source_quan_trac'], materialized='view') }}

-- Each reading once, as it was told last: from a five-minute file, the month's archive, or both.
select distinct on (s.station_code, s.symbol, s.measured_at, s.aqi_standard)
    s.station_code || '|' || s.symbol || '|'
    || regexp_replace(cast(s.measured_at at time zone 'Asia/Ho_Chi_Minh' as text), '[^0-9]', '', 'g') as reading_key,
    s.station_code,
    s.symbol,
    s.parameter_code,
    s.aqi_standard,
    s.measured_at,
    s.local_day,
    s.hour_no,
    s.value,
    s.value_as_sent,
    s.status,
    s.is_valid,
    s.known_at,
    s.file_name,
    s.line_no
from {{ ref('stg_quan_trac__so_do') }} as s
order by
    s.station_code asc, s.symbol asc, s.measured_at asc, s.aqi_standard asc,
    s.known_at desc, s.file_name desc, s.line_no desc, s.load_id desc
