{{ config(tags=['source_quan_trac'], materialized='view') }}

-- What each day of a station counts in (catalogue L02–L07). A mean is two measures, a sum and a
-- count, so that days and stations add up and are divided once.
{%- set placed -%}
inner join {{ ref('stations') }} as s on v.station_code = s.station_code
inner join {{ ref('station_assignments') }} as a
    on v.station_code = a.station_code
    and v.local_day >= a.valid_from and (a.valid_to is null or v.local_day <= a.valid_to)
{%- endset %}
{%- set means = [
    ('pm25_tong_gio', 'pm25', 'ambient', 'v.hour_sum', 'v.day_mean is not null'),
    ('pm25_so_gio', 'pm25', 'ambient', 'v.hour_count', 'v.day_mean is not null'),
    ('pm10_tong_gio', 'pm10', 'ambient', 'v.hour_sum', 'v.day_mean is not null'),
    ('pm10_so_gio', 'pm10', 'ambient', 'v.hour_count', 'v.day_mean is not null'),
    ('nuoc_mat_do_tong', 'do', 'surface', 'v.value_sum', 'v.valid_count > 0'),
    ('nuoc_mat_do_so_mau', 'do', 'surface', 'v.valid_count', 'v.valid_count > 0'),
    ('nuoc_mat_bod5_tong', 'bod5', 'surface', 'v.value_sum', 'v.valid_count > 0'),
    ('nuoc_mat_bod5_so_mau', 'bod5', 'surface', 'v.valid_count', 'v.valid_count > 0'),
    ('nuoc_mat_cod_tong', 'cod', 'surface', 'v.value_sum', 'v.valid_count > 0'),
    ('nuoc_mat_cod_so_mau', 'cod', 'surface', 'v.valid_count', 'v.valid_count > 0'),
] %}
{%- for measure, parameter, use, value, only in means %}
select {{ monitoring_contribution(ref('monitoring_day_version'), measure, 'a', 'v.local_day', value) }}
from {{ ref('monitoring_day_version') }} as v
{{ placed }}
where v.parameter_code = '{{ parameter }}' and s.medium_use = '{{ use }}' and {{ only }}
union all
{%- endfor %}
{%- for measure, value in [('ban_ghi_nhan', 'v.received_count'), ('ban_ghi_phai_co', 'v.expected_count')] %}
select {{ monitoring_contribution(ref('station_day_version'), measure, 'a', 'v.local_day', value) }}
from {{ ref('station_day_version') }} as v
{{ placed }}
union all
{%- endfor %}
select {{ monitoring_contribution(ref('monitoring_day_version'), 'nuoc_thai_vuot_chuan', 'a', 'v.local_day',
    'case when v.day_mean < l.minimum or v.day_mean > l.maximum then 1 else 0 end') }}
from {{ ref('monitoring_day_version') }} as v
{{ placed }}
inner join {{ ref('station_limit') }} as l
    on v.station_code = l.station_code and v.parameter_code = l.parameter_code and l.averaging = 'day'
    and v.local_day >= l.valid_from and (l.valid_to is null or v.local_day <= l.valid_to)
where s.medium_use = 'waste' and v.day_mean is not null
union all
select {{ monitoring_contribution(ref('area_aqi_day_version'), 'ngay_aqi_tren_100', 'v', 'v.aqi_day', 'case when v.aqi > 100 then 1 else 0 end') }}
from {{ ref('area_aqi_day_version') }} as v
where v.aqi is not null
