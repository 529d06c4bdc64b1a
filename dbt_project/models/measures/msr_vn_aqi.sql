{{ config(tags=['source_quan_trac'], materialized='view') }}

-- VN_AQI of each day of a province as a measure. An index is not added up over days or stations.
select
    cast('vn_aqi_ngay' as text) as measure_code,
    v.area_key,
    cast('_all' as text) as agency_code,
    cast('quan_trac' as text) as source_code,
    cast('calendar' as text) as calendar,
    cast('day' as text) as period_type,
    v.aqi_day as period_start,
    v.aqi_day as period_end,
    cast(v.aqi as decimal(28, 6)) as value,
    cast('value' as text) as role,
    cast('computed' as text) as estimate_status,
    v.as_of as published_on,
    1 as published_seq,
    {{ publication_order('v.as_of', '1') }} as publication_order,
    v.known_at as known_from,
    v.load_id,
    v.loaded_at,
    'quan_trac#' || v.main_station || '!' || cast(v.aqi_day as text) as source_ref
from {{ ref('area_aqi_day_version') }} as v
where v.aqi is not null
