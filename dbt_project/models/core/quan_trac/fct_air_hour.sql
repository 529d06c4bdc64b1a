{{ config(tags=['source_quan_trac']) }}

-- Hourly air: the mean of each parameter's readings of an hour, the Nowcast of dust and the index of
-- the hour by Quyết định 1459/QĐ-TCMT. Figures under another standard (the US index of exported
-- files) keep that standard's name and get no VN_AQI.
{%- set ages = range(12) %}
with hours as (
    select v.*
    from {{ ref('monitoring_hour_version') }} as v
    where v.medium <> 'water' and v.replaced_day is null
),

station_hours as (
    select distinct
        station_code,
        hour_start,
        local_day,
        hour_no
    from hours
),

dust as (
    select
        h.station_code,
        h.parameter_code,
        h.hour_start + a.age * interval '1 hour' as hour_start,
        min(h.concentration) as lowest,
        max(h.concentration) as highest,
        max(h.known_from) as known_from,
        {%- for age in ages %}
        cast(max(case when a.age = {{ age }} then h.concentration end) as double precision) as c{{ age + 1 }}{{ ',' if not loop.last }}
        {%- endfor %}
    from hours as h
    cross join (values {% for age in ages %}({{ age }}){{ ', ' if not loop.last }}{% endfor %}) as a (age)
    where h.parameter_code in ('pm25', 'pm10') and h.aqi_standard = '' and h.concentration is not null
    group by h.station_code, h.parameter_code, h.hour_start + a.age * interval '1 hour'
),

weighted as (
    select
        d.*,
        case when d.highest > 0 then cast(d.lowest as double precision) / cast(d.highest as double precision) else 1 end
            as weight
    from dust as d
),

nowcasts as (
    select
        w.station_code,
        w.parameter_code,
        w.hour_start,
        w.known_from,
        {{ round_half_up(nowcast(['w.c1', 'w.c2', 'w.c3', 'w.c4', 'w.c5', 'w.c6', 'w.c7', 'w.c8', 'w.c9', 'w.c10',
            'w.c11', 'w.c12'], 'w.weight'), 6) }} as nowcast
    from weighted as w
),

-- dust has a Nowcast in an hour without a value of its own
rated_keys as (
    select
        h.station_code,
        h.hour_start,
        h.parameter_code,
        h.aqi_standard
    from hours as h
    union
    select
        n.station_code,
        n.hour_start,
        n.parameter_code,
        ''
    from nowcasts as n
    where n.nowcast is not null
),

joined as (
    select
        s.station_code,
        k.parameter_code,
        k.aqi_standard,
        s.hour_start,
        s.local_day,
        s.hour_no,
        coalesce(h.received_count, 0) as received_count,
        coalesce(h.valid_count, 0) as valid_count,
        coalesce(h.valid_minutes, 0) as valid_minutes,
        h.concentration,
        n.nowcast,
        greatest(h.known_from, n.known_from) as known_from
    from station_hours as s
    inner join rated_keys as k on s.station_code = k.station_code and s.hour_start = k.hour_start
    left join hours as h
        on k.station_code = h.station_code and k.hour_start = h.hour_start
        and k.parameter_code = h.parameter_code and k.aqi_standard = h.aqi_standard
    left join nowcasts as n
        on k.station_code = n.station_code and k.hour_start = n.hour_start
        and k.parameter_code = n.parameter_code and k.aqi_standard = ''
),

rated as (
    select
        j.*,
        case when j.aqi_standard <> '' then null when j.parameter_code in ('pm25', 'pm10') then j.nowcast
            else j.concentration end as rated_concentration,
        case when j.parameter_code = 'o3' then 'o3_1h' else j.parameter_code end as pollutant
    from joined as j
)

select
    r.station_code,
    r.parameter_code,
    r.aqi_standard,
    r.hour_start,
    r.local_day,
    r.hour_no,
    r.received_count,
    r.valid_count,
    r.valid_minutes,
    r.concentration,
    r.nowcast,
    case when b.pollutant is not null then {{ aqi_index('r.rated_concentration', 'b') }} end as aqi,
    r.known_from
from rated as r
left join {{ ref('vn_aqi_breakpoints') }} as b
    on r.pollutant = b.pollutant and {{ in_aqi_step('r.rated_concentration', 'r.local_day', 'b') }}
