-- Figures that documents report, as measures: the value and, as a measure of its own, the change on
-- last year that the document prints. Files that say the same thing on the same day are told apart
-- by the order in which they came.
with known as (
    select r.* from {{ ref('msr_reported_row') }} as r where r.question is null
),

spread as (
    select
        k.*,
        k.measure_code as said_of,
        'value' as role,
        k.measure_value as said,
        cast(k.unit_factor as double precision) / power(cast(10 as double precision), k.value_decimals) as printed_step
    from known as k
    union all
    select
        k.*,
        k.yoy_measure_code,
        'yoy_index',
        k.yoy_pct,
        cast(1 as double precision) / power(cast(10 as double precision), k.yoy_decimals)
    from known as k
    where k.yoy_pct is not null
),

once as (
    select
        s.*,
        row_number() over (partition by s._delivery, {{ reported_key('s') }} order by s.address) as repeat_no,
        dense_rank() over (
            partition by {{ reported_key('s') }}
            order by s.file_published_on, s.file_seq
        ) as said_no
    from spread as s
)

select
    o.said_of as measure_code,
    o.area_key,
    '_all' as agency_code,
    'so_bao_cao' as source_code,
    o.calendar,
    o.period_type,
    o.period_start,
    o.period_end,
    cast(o.said as decimal(28, 6)) as value,
    o.role,
    o.estimate_status,
    o.published_on,
    cast(o.said_no as integer) as published_seq,
    {{ publication_order('o.published_on', 'o.said_no') }} as publication_order,
    {{ known_from('o.published_on') }} as known_from,
    o.load_id,
    o.loaded_at,
    o.source_ref,
    o._delivery as delivery,
    o.source_file,
    o.address,
    o.document,
    cast(o.printed_step as decimal(28, 6)) as printed_step
from once as o
where o.repeat_no = 1
