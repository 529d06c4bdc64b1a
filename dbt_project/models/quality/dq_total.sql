-- Every whole beside the parts that quality_totals.csv names, within one delivery and period.
with figures as (
    select * from {{ ref('dq_reading') }} as r
    where r.role in ('value', 'prior_year_value', 'share')
),

parts_named as (
    select
        t.family,
        coalesce(t.measure, '') as measure,
        t.whole_item,
        t.part_item,
        t.relation,
        case t.relation when 'share_100' then 'share' else 'value' end as kind,
        cast(count(*) over (
            partition by t.family, t.measure, t.whole_item, t.relation
        ) as integer) as parts_expected
    from {{ ref('quality_totals') }} as t
),

sums as (
    select
        w.record_key,
        w.delivery,
        n.whole_item,
        n.relation,
        n.parts_expected,
        cast(count(*) as integer) as part_count,
        sum(p.value) as parts_value,
        string_agg(p.item_name, '; ' order by p.item_code) as part_names,
        string_agg(p.address, '/' order by p.item_code) as part_addresses
    from figures as w
    inner join parts_named as n
        on w.family = n.family and w.item_code = n.whole_item
        and (n.measure = '' or w.measure = n.measure)
        and (n.kind = 'share') = (w.role = 'share')
    inner join figures as p
        on w.delivery = p.delivery and n.family = p.family and n.part_item = p.item_code
        and w.measure = p.measure and w.role = p.role and w.area_key = p.area_key
        and w.period_type = p.period_type and w.period_start = p.period_start
        and w.period_end = p.period_end
    group by w.record_key, w.delivery, n.whole_item, n.relation, n.parts_expected
)

select
    w.source_code,
    w.agency_code,
    w.delivery,
    w.source_file,
    w.published_on,
    w.known_from,
    w.score_month,
    w.family,
    w.series_code,
    w.area_key,
    w.period_type,
    w.period_start,
    w.period_end,
    w.address,
    w.address || '/' || s.part_addresses as addresses,
    w.value_text,
    s.relation || '|' || w.record_key as record_key,
    w.is_current,
    w.role,
    w.unit,
    w.item_name,
    s.whole_item,
    cast(case s.relation when 'share_100' then 100 else w.value end as decimal(28, 6)) as whole_value,
    cast(s.parts_value as decimal(28, 6)) as parts_value,
    s.part_count,
    s.parts_expected,
    s.part_names,
    s.relation
from sums as s
inner join figures as w on s.record_key = w.record_key and s.delivery = w.delivery
