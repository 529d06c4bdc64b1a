{{ config(materialized='view') }}

select
    c.family,
    c.series_code,
    c.item_code,
    c.item_name,
    c.item_path,
    c.area_key,
    a.area_code,
    cast('calendar' as varchar) as calendar,
    c.period_type,
    c.period_start,
    c.period_end,
    c.role,
    c.value_published,
    c.value,
    c.unit,
    c.number_form,
    c.estimate_status,
    c.published_on,
    cast(c.published_seq as integer) as published_seq,
    c.known_from,
    c.load_id,
    c.loaded_at,
    c.source_file,
    c.file_sha,
    c.sheet,
    c.cell,
    c.base_period
from {{ ref('statistic_cell') }} as c
inner join {{ ref('areas') }} as a on c.area_key = a.area_key
where c.status = 'mapped'
