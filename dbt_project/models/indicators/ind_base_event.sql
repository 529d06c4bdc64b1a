-- Where a source began a new base: a month restated by more than the measure's limit (rule),
-- or a line of base_revisions.csv. A seed line counts only where the lake holds the restatement
-- it describes, so that it can never touch other data; a line `same_base` overrules the rule.
with consecutive as (
    select
        v.*,
        lag(v.value) over (partition by v.series_key order by v.vintage_no) as earlier_value
    from {{ ref('ind_measure_vintage') }} as v
    where v.period_type = 'month'
),

restated as (
    select
        c.measure_code,
        c.area_key,
        c.agency_code,
        c.source_code,
        c.calendar,
        c.period_start,
        c.published_on,
        c.publication_order,
        c.known_from,
        c.earlier_value,
        c.value,
        abs(c.value - c.earlier_value) * 100 > m.base_break_pct * abs(c.earlier_value) as is_break,
        r.decision,
        r.reason
    from consecutive as c
    inner join {{ ref('msr_measure') }} as m on c.measure_code = m.measure_code
    left join {{ ref('base_revisions') }} as r
        on c.source_code = r.source_code
        and c.measure_code = r.measure_code
        and c.area_key = r.area_key
        and c.published_on = r.published_on
        and c.period_start = r.restated_period
        and abs(c.earlier_value - r.value_before) <= 1
        and abs(c.value - r.value_after) <= 1
    where c.earlier_value is not null and m.base_break_pct is not null
)

select
    e.measure_code,
    e.area_key,
    e.agency_code,
    e.source_code,
    e.calendar,
    e.publication_order,
    min(e.known_from) as known_from,
    min(e.published_on) as published_on,
    min(e.period_start) as restated_period,
    max(coalesce(e.decision, 'by_rule')) as decided_by,
    max(e.reason) as reason,
    cast(row_number() over (
        partition by e.measure_code, e.area_key, e.agency_code, e.source_code, e.calendar
        order by e.publication_order
    ) + 1 as integer) as base_id
from restated as e
where coalesce(e.decision = 'new_base', e.is_break)
group by
    e.measure_code, e.area_key, e.agency_code, e.source_code, e.calendar, e.publication_order
