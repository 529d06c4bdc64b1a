{{ config(materialized='view') }}

-- Every publication of every measure, whichever way it came in.
{%- set columns = [
    'measure_code', 'area_key', 'agency_code', 'source_code', 'calendar', 'period_type', 'period_start',
    'period_end', 'value', 'role', 'estimate_status', 'published_on', 'published_seq',
    'publication_order', 'known_from', 'load_id', 'loaded_at', 'source_ref',
] %}
select s.{{ columns | join(', s.') }} from {{ ref('msr_statistic') }} as s
union all
select r.{{ columns | join(', r.') }} from {{ ref('msr_reported') }} as r
{%- if 'quan_trac' in record_sources() %}
union all
select v.{{ columns | join(', v.') }} from {{ ref('msr_vn_aqi') }} as v
{%- endif %}
