{{ config(tags=['source_quan_trac']) }}

-- VN_AQI of each day at each station as it was known at the end of each day on which anything about
-- it became known. The newest day is left out until a later one has begun. A pollutant counts with
-- three quarters of the day's hours, an eight-hour mean with six of its hours; the eight hours that
-- end in a day may begin in the day before (the worked table of Quyết định 1459/QĐ-TCMT).
with hours as (
    select v.*
    from {{ ref('monitoring_hour_version') }} as v
    where v.aqi_standard = '' and v.parameter_code in ('pm25', 'pm10', 'o3', 'no2', 'so2', 'co')
),

-- hours 18 to 24 of ozone belong to windows of the next day as well: position -6 to 0
placed as (
    select
        h.*,
        h.local_day as aqi_day,
        h.hour_no as position_no
    from hours as h
    union all
    select
        h.*,
        h.local_day + 1,
        h.hour_no - 24
    from hours as h
    where h.parameter_code = 'o3' and h.hour_no >= 18
),

moments as (
    select distinct
        p.station_code,
        p.aqi_day,
        p.known_day
    from placed as p
    inner join {{ ref('monitoring_day_end') }} as e on p.aqi_day = e.local_day
    where p.known_day >= p.aqi_day
),

known as (
    select
        m.known_day as as_of,
        p.*
    from moments as m
    inner join placed as p
        on m.station_code = p.station_code and m.aqi_day = p.aqi_day
        and {{ in_force('p', 'm.known_day') }}
),

whole_days as (
    select
        k.station_code,
        k.aqi_day,
        k.as_of,
        k.parameter_code,
        count(k.concentration) as hour_count,
        sum(k.concentration) as hour_sum,
        max(k.concentration) as highest,
        max(k.known_from) as known_at,
        max(k.last_load_key) as load_key,
        max(k.loaded_at) as loaded_at
    from known as k
    where k.position_no >= 1
    group by k.station_code, k.aqi_day, k.as_of, k.parameter_code
),

eight_hours as (
    select
        k.station_code,
        k.aqi_day,
        k.as_of,
        e.end_no,
        {{ round_half_up('cast(sum(k.concentration) as double precision) / count(k.concentration)', 6) }} as mean_8h
    from known as k
    inner join (
        values {% for n in range(1, 25) %}({{ n }}){{ ', ' if not loop.last }}{% endfor %}
    ) as e (end_no) on k.position_no > e.end_no - 8 and k.position_no <= e.end_no
    where k.parameter_code = 'o3' and k.concentration is not null
    group by k.station_code, k.aqi_day, k.as_of, e.end_no
    having count(k.concentration) >= 6
),

rated as (
    select
        d.station_code,
        d.aqi_day,
        d.as_of,
        case when d.parameter_code = 'o3' then 'o3_1h' else d.parameter_code end as pollutant,
        d.hour_count,
        case when d.parameter_code in ('pm25', 'pm10')
            then {{ round_half_up('cast(d.hour_sum as double precision) / d.hour_count', 6) }}
            else d.highest end as rated_concentration
    from whole_days as d
    where d.hour_count >= 18
    union all
    select
        e.station_code,
        e.aqi_day,
        e.as_of,
        'o3_8h',
        d.hour_count,
        max(e.mean_8h)
    from eight_hours as e
    inner join whole_days as d
        on e.station_code = d.station_code and e.aqi_day = d.aqi_day and e.as_of = d.as_of
        and d.parameter_code = 'o3' and d.hour_count >= 18
    group by e.station_code, e.aqi_day, e.as_of, d.hour_count
),

indexed as (
    select
        r.station_code,
        r.aqi_day,
        r.as_of,
        r.pollutant,
        r.rated_concentration,
        {{ aqi_index('r.rated_concentration', 'b') }} as aqi
    from rated as r
    inner join {{ ref('vn_aqi_breakpoints') }} as b
        on r.pollutant = b.pollutant and {{ in_aqi_step('r.rated_concentration', 'r.aqi_day', 'b') }}
),

overall as (
    select
        w.station_code,
        w.aqi_day,
        w.as_of,
        max(w.known_at) as known_at,
        greatest(max(w.load_key), max(e.load_key)) as load_key,
        greatest(max(w.loaded_at), max(e.loaded_at)) as loaded_at
    from whole_days as w
    inner join {{ ref('monitoring_day_end') }} as e on w.aqi_day = e.local_day
    group by w.station_code, w.aqi_day, w.as_of
),

spread as (
    select
        o.station_code,
        o.aqi_day,
        o.as_of,
        o.known_at,
        o.load_key,
        o.loaded_at,
        {%- for pollutant in ['pm25', 'pm10', 'o3_1h', 'o3_8h', 'no2', 'so2', 'co'] %}
        max(case when i.pollutant = '{{ pollutant }}' then i.aqi end) as aqi_{{ pollutant }},
        {%- endfor %}
        max(case when i.pollutant = 'o3_8h' then i.rated_concentration end) as highest_o3_8h,
        case when count(*) filter (where i.pollutant in ('pm25', 'pm10')) > 0 then max(i.aqi) end as aqi,
        case when count(*) filter (where i.pollutant in ('pm25', 'pm10')) > 0
            then {{ greatest_of('i.aqi', 'i.pollutant') }}
        end as main_pollutant
    from overall as o
    left join indexed as i on o.station_code = i.station_code and o.aqi_day = i.aqi_day and o.as_of = i.as_of
    group by o.station_code, o.aqi_day, o.as_of, o.known_at, o.load_key, o.loaded_at
)

select
    s.station_code,
    s.aqi_day,
    s.as_of,
    s.aqi_pm25,
    s.aqi_pm10,
    s.aqi_o3_1h,
    s.aqi_o3_8h,
    s.aqi_no2,
    s.aqi_so2,
    s.aqi_co,
    s.highest_o3_8h,
    s.aqi,
    s.main_pollutant,
    s.load_key,
    {{ version_chain('s') }}
from spread as s
window w as (partition by s.station_code, s.aqi_day order by s.as_of)
