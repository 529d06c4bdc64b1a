{{
    config(
        tags=['source_quan_trac'],
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='station_day',
        on_schema_change='fail',
        post_hook="{{ mark_taken(ref('hist_quan_trac__so_do')) }}"
    )
}}
-- What was known of each hour of each parameter of a station at the end of each day on which
-- anything about it became known. A station's day is rebuilt whole when a reading of it arrived; the
-- same reading from a file and from the month's archive counts once.
{%- set hour_key = [
    'station_day', 'station_code', 'parameter_code', 'medium', 'aqi_standard', 'local_day', 'hour_no', 'hour_start',
] %}
with touched as (
    select distinct
        n.station_code,
        n.local_day
    from {{ ref('stg_quan_trac__so_do') }} as n
    where {{ new_loads(ref('hist_quan_trac__so_do'), 'n') }}
),

readings as (
    select
        r.station_code || '|' || cast(r.local_day as text) as station_day,
        r.station_code,
        r.parameter_code,
        r.medium,
        coalesce(r.aqi_standard, '') as aqi_standard,
        r.local_day,
        r.hour_no,
        r.hour_start,
        r.measured_at,
        r.known_at,
        r.file_name,
        r.line_no,
        r.minutes,
        r.is_valid,
        case when r.is_valid then r.value else 0 end as value,
        r.load_id || '|' || r._delivery as load_key,
        r.loaded_at
    from {{ ref('stg_quan_trac__so_do') }} as r
    inner join touched as t on r.station_code = t.station_code and r.local_day = t.local_day
    where r.parameter_code is not null and (r.value is not null or not r.is_valid)
),

told as (
    select
        r.*,
        lag(r.value) over w as earlier_value,
        lag(r.is_valid) over w as earlier_is_valid
    from readings as r
    window w as (
        partition by r.station_code, r.parameter_code, r.aqi_standard, r.measured_at
        order by r.known_at, r.file_name, r.line_no, r.load_key
    )
),

versions as (
    select
        t.*,
        lead(t.known_at) over w as known_to,
        lead(t.load_key) over w as next_load_key,
        lead(t.loaded_at) over w as next_loaded_at
    from told as t
    where t.earlier_is_valid is null or t.value <> t.earlier_value or t.is_valid <> t.earlier_is_valid
    window w as (
        partition by t.station_code, t.parameter_code, t.aqi_standard, t.measured_at
        order by t.known_at, t.file_name, t.line_no, t.load_key
    )
),

-- signed deltas of three sums at once; a version replaced as it became known was never in force
deltas as (
    select
        v.{{ hour_key | join(', v.') }},
        case when s.sign = 1 then v.known_at else v.known_to end as known_at,
        s.sign as received_delta,
        case when v.is_valid then s.sign else 0 end as valid_delta,
        case when v.is_valid then s.sign * v.minutes else 0 end as minutes_delta,
        case when v.is_valid then s.sign * v.value else 0 end as value_delta,
        case when s.sign = 1 then v.load_key else v.next_load_key end as load_key,
        case when s.sign = 1 then v.loaded_at else v.next_loaded_at end as loaded_at
    from versions as v
    cross join (values (1), (-1)) as s (sign)
    where v.known_to > v.known_at or (v.known_to is null and s.sign = 1)
),

days as (
    select
        d.{{ hour_key | join(', d.') }},
        cast(d.known_at at time zone 'Asia/Ho_Chi_Minh' as date) as known_day,
        max(d.known_at) as known_from,
        sum(d.received_delta) as received_delta,
        sum(d.valid_delta) as valid_delta,
        sum(d.minutes_delta) as minutes_delta,
        sum(d.value_delta) as value_delta,
        min(d.load_key) as first_load_key,
        max(d.load_key) as last_load_key,
        max(d.loaded_at) as loaded_at
    from deltas as d
    group by d.{{ hour_key | join(', d.') }}, cast(d.known_at at time zone 'Asia/Ho_Chi_Minh' as date)
),

totals as (
    select
        d.{{ hour_key | join(', d.') }},
        d.known_day,
        d.known_from,
        cast(sum(d.received_delta) over w as integer) as received_count,
        cast(sum(d.valid_delta) over w as integer) as valid_count,
        cast(sum(d.minutes_delta) over w as integer) as valid_minutes,
        cast(sum(d.value_delta) over w as decimal(28, 6)) as value_sum,
        min(d.first_load_key) over w as first_load_key,
        max(d.last_load_key) over w as last_load_key,
        max(d.loaded_at) over w as loaded_at,
        lead(d.known_day) over w as replaced_day,
        cast(row_number() over w as integer) as version_no
    from days as d
    window w as (
        partition by d.station_code, d.parameter_code, d.aqi_standard, d.hour_start order by d.known_day
    )
)

select
    t.station_day,
    t.station_code,
    t.parameter_code,
    t.medium,
    t.aqi_standard,
    t.local_day,
    t.hour_no,
    t.hour_start,
    t.version_no,
    t.known_day,
    t.replaced_day,
    t.known_from,
    t.received_count,
    t.valid_count,
    t.valid_minutes,
    t.value_sum,
    -- an hour counts from three quarters of its minutes on
    cast(case when t.valid_minutes >= 45 then
        {{ round_half_up('cast(t.value_sum as double precision) / t.valid_count', 6) }}
    end as decimal(28, 6)) as concentration,
    t.first_load_key,
    t.last_load_key,
    t.loaded_at
from totals as t
