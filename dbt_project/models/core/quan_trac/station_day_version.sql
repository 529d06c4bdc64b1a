{{ config(tags=['source_quan_trac']) }}

-- How many five-minute records each described station owed and sent on each finished day, as known
-- once the day had ended and again whenever late ones came. A silent day owes all and sent none.
with hours as (
    select
        v.station_code,
        v.local_day,
        v.hour_start,
        v.known_day,
        v.replaced_day,
        v.known_from,
        v.received_count,
        v.last_load_key,
        v.loaded_at
    from {{ ref('monitoring_hour_version') }} as v
),

spans as (
    select
        h.station_code,
        min(h.local_day) as first_day,
        max(s.closed_on) as closed_on
    from hours as h
    inner join {{ ref('stations') }} as s on h.station_code = s.station_code
    group by h.station_code
),

owed as (
    select
        s.station_code,
        e.local_day,
        e.load_key,
        e.loaded_at
    from spans as s
    inner join {{ ref('monitoring_day_end') }} as e
        on s.first_day <= e.local_day and (s.closed_on is null or s.closed_on >= e.local_day)
),

moments as (
    select
        o.*,
        o.local_day as as_of
    from owed as o
    union
    select
        o.*,
        h.known_day
    from owed as o
    inner join hours as h on o.station_code = h.station_code and o.local_day = h.local_day
    where h.known_day > o.local_day
),

-- a record is one moment of the station, however many parameters it tells
hourly as (
    select
        m.station_code,
        m.local_day,
        m.as_of,
        m.load_key,
        m.loaded_at,
        h.hour_start,
        max(h.received_count) as received_count,
        max(h.known_from) as known_from,
        max(h.last_load_key) as last_load_key,
        max(h.loaded_at) as hour_loaded_at
    from moments as m
    left join hours as h
        on m.station_code = h.station_code and m.local_day = h.local_day and {{ in_force('h', 'm.as_of') }}
    group by m.station_code, m.local_day, m.as_of, m.load_key, m.loaded_at, h.hour_start
),

known as (
    select
        h.station_code,
        h.local_day,
        h.as_of,
        greatest(max(h.known_from), {{ known_from('h.local_day + 1') }}) as known_at,
        coalesce(sum(h.received_count), 0) as received_count,
        greatest(max(h.last_load_key), max(h.load_key)) as load_key,
        greatest(max(h.hour_loaded_at), max(h.loaded_at)) as loaded_at
    from hourly as h
    group by h.station_code, h.local_day, h.as_of
)

select
    k.station_code || '|' || cast(k.local_day as text) as record_key,
    k.station_code,
    k.local_day,
    k.as_of,
    288 as expected_count,
    cast(k.received_count as integer) as received_count,
    {{ version_chain('k') }}
from known as k
window w as (partition by k.station_code, k.local_day order by k.as_of)
