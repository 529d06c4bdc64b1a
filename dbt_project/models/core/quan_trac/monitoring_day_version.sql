{{ config(tags=['source_quan_trac']) }}

-- Each parameter of a station on each finished day, as it was known at the end of each day on which
-- anything about it became known: the hours that count, their sum, and the mean of the readings.
with hours as (
    select
        v.*,
        e.load_key as end_load_key,
        e.loaded_at as end_loaded_at
    from {{ ref('monitoring_hour_version') }} as v
    inner join {{ ref('monitoring_day_end') }} as e on v.local_day = e.local_day
    where v.aqi_standard = ''
),

moments as (
    select distinct
        h.station_code,
        h.parameter_code,
        h.local_day,
        h.known_day
    from hours as h
),

known as (
    select
        h.station_code,
        h.parameter_code,
        h.medium,
        h.local_day,
        m.known_day as as_of,
        max(h.known_from) as known_at,
        count(h.concentration) as hour_count,
        sum(h.concentration) as hour_sum,
        sum(h.valid_count) as valid_count,
        sum(h.value_sum) as value_sum,
        greatest(max(h.last_load_key), max(h.end_load_key)) as load_key,
        greatest(max(h.loaded_at), max(h.end_loaded_at)) as loaded_at
    from moments as m
    inner join hours as h
        on m.station_code = h.station_code and m.parameter_code = h.parameter_code
        and m.local_day = h.local_day and {{ in_force('h', 'm.known_day') }}
    group by h.station_code, h.parameter_code, h.medium, h.local_day, m.known_day
)

select
    k.station_code || '|' || k.parameter_code || '|' || cast(k.local_day as text) as record_key,
    k.station_code,
    k.parameter_code,
    k.medium,
    k.local_day,
    k.as_of,
    cast(k.hour_count as integer) as hour_count,
    cast(k.hour_sum as decimal(28, 6)) as hour_sum,
    cast(k.valid_count as integer) as valid_count,
    cast(k.value_sum as decimal(28, 6)) as value_sum,
    -- a day counts from three quarters of its hours on
    cast(case when k.hour_count >= 18 then
        {{ round_half_up('cast(k.value_sum as double precision) / k.valid_count', 6) }}
    end as decimal(28, 6)) as day_mean,
    {{ version_chain('k') }}
from known as k
window w as (partition by k.station_code, k.parameter_code, k.local_day order by k.as_of)
