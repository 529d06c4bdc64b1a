-- Every series of every delivery whose published change on last year can be computed as well: how
-- far the two lie apart. Beyond rounding, the publisher compares with figures of last year that it
-- restated without printing them again.
with compared as (
    select
        f.*,
        coalesce(f.yoy_printed_levels, f.yoy_computed) as computed,
        {{ change_gap('f.yoy_published', 'coalesce(f.yoy_printed_levels, f.yoy_computed)') }} as gap,
        f.yoy_printed_levels is not null as is_from_same_delivery
    from {{ ref('dq_figure') }} as f
    where f.role = 'value' and f.yoy_published is not null
      and coalesce(f.yoy_printed_levels, f.yoy_computed) is not null
),

ranked as (
    select
        c.*,
        row_number() over (
            partition by c.delivery, c.series_code, c.area_key, c.is_from_same_delivery
            order by c.gap desc, c.address asc
        ) as gap_rank,
        count(*) over (
            partition by c.delivery, c.series_code, c.area_key, c.is_from_same_delivery
        ) as compared_count
    from compared as c
),

-- A new base of a series explains a gap for a year: until last year's figures are of it, too.
new_bases as (
    select distinct
        m.series_code,
        e.area_key,
        e.published_on
    from {{ ref('ind_base_event') }} as e
    inner join {{ ref('measures') }} as m on e.measure_code = m.measure_code
),

newly_based as (
    select distinct
        r.delivery,
        r.series_code,
        r.area_key
    from ranked as r
    inner join new_bases as b
        on r.series_code = b.series_code
        and r.area_key = b.area_key
        and b.published_on between cast(r.published_on - interval '13 months' as date) and r.published_on
    where r.gap_rank = 1
),

explained as (
    select
        r.*,
        {{ change_explanation(
            is_new_base='b.delivery is not null',
            prior_status='r.status_last_year',
            is_beside='r.is_from_same_delivery'
        ) }} as explanation
    from ranked as r
    left join newly_based as b
        on r.delivery = b.delivery and r.series_code = b.series_code and r.area_key = b.area_key
    where r.gap_rank = 1
)

select
    r.source_code,
    r.agency_code,
    r.delivery,
    r.source_file,
    r.published_on,
    r.known_from,
    r.score_month,
    r.family,
    r.series_code,
    r.area_key,
    r.period_type,
    r.period_start,
    r.period_end,
    r.address,
    r.address as addresses,
    r.value_text,
    r.series_code || '|' || r.area_key || '|' || cast(r.is_from_same_delivery as varchar) as record_key,
    p.is_current,
    r.item_name,
    r.unit,
    r.value,
    r.value_last_year,
    r.yoy_published,
    cast(r.computed as decimal(28, 6)) as yoy_computed,
    cast(r.gap as decimal(28, 6)) as gap,
    r.is_from_same_delivery,
    cast(r.compared_count as integer) as compared_count,
    r.explanation,
    not r.is_from_same_delivery and r.explanation in ('new_base', 'restated_unprinted') as is_explained
from explained as r
inner join {{ ref('dq_publication') }} as p on r.delivery = p.delivery
