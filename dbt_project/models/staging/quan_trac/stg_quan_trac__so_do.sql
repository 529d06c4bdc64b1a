{{ config(tags=['source_quan_trac']) }}

-- Every reading in the unit of its parameter, on the local hour in which it was measured. Hour 1 is
-- 00:00 to 00:59, which the decisions call 01:00, and hour 24 ends the day. A symbol or unit that
-- is in no list has no parameter or value here; judging warns of it.
select
    h.load_id,
    h.loaded_at,
    h._delivery,
    h._known_at as known_at,
    h.tram as station_code,
    h.thong_so as symbol,
    p.parameter_code,
    p.medium,
    h.aqi_standard,
    h.thoi_diem as measured_at,
    date_trunc('hour', h.thoi_diem) as hour_start,
    cast(h.thoi_diem at time zone 'Asia/Ho_Chi_Minh' as date) as local_day,
    cast(extract(hour from h.thoi_diem at time zone 'Asia/Ho_Chi_Minh') as integer) + 1 as hour_no,
    cast(h.ket_qua * u.factor as decimal(28, 6)) as value,
    case when h.trang_thai = '00' then h.ket_qua end as value_as_sent,
    h.so_phut as minutes,
    h.trang_thai as status,
    h.trang_thai = '00' and h.ket_qua is not null as is_valid,
    h.tep as file_name,
    h.dong as line_no
from {{ ref('hist_quan_trac__so_do') }} as h
left join {{ ref('monitoring_symbols') }} as s on h.thong_so = s.symbol
left join {{ ref('monitoring_parameters') }} as p on s.parameter_code = p.parameter_code
left join {{ ref('monitoring_units') }} as u
    on p.unit = u.unit and coalesce(nullif(h.don_vi, ''), '(trống)') = u.printed_unit
