{{ config(materialized='view') }}
-- Every value of every measure as it was known over time, published or counted from records.
{%- set columns = [
    'series_key', 'measure_code', 'area_key', 'agency_code', 'source_code', 'calendar', 'period_type',
    'period_start', 'period_end', 'vintage_no', 'value', 'estimate_status', 'published_on', 'published_seq',
    'publication_order', 'known_from', 'known_to', 'source_ref', 'load_id', 'loaded_at',
] %}
select p.{{ columns | join(', p.') }} from {{ ref('ind_published_vintage') }} as p
union all
select c.{{ columns | join(', c.') }} from {{ ref('msr_counted') }} as c
