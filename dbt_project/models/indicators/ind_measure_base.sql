-- The vintages of a measure with the base they stand on: 1 until the first restatement.
select
    v.series_key,
    v.measure_code,
    v.area_key,
    v.agency_code,
    v.source_code,
    v.calendar,
    v.period_type,
    v.period_start,
    v.period_end,
    v.vintage_no,
    v.value,
    v.estimate_status,
    v.published_on,
    v.published_seq,
    v.publication_order,
    v.known_from,
    v.known_to,
    v.source_ref,
    v.load_id,
    v.loaded_at,
    cast(coalesce((
        select max(e.base_id)
        from {{ ref('ind_base_event') }} as e
        where e.measure_code = v.measure_code
          and e.area_key = v.area_key
          and e.agency_code = v.agency_code
          and e.source_code = v.source_code
          and e.calendar = v.calendar
          and e.publication_order <= v.publication_order
    ), 1) as integer) as base_id
from {{ ref('ind_measure_vintage') }} as v
