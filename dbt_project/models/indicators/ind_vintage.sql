-- Vintages of indicators. One measure: its own vintages. A ratio: a new vintage whenever either
-- part became known anew, divided once from the parts as they were known at that moment.
with parts as (
    select
        i.code as indicator_code,
        i.kind,
        i.factor,
        i.decimals,
        i.denominator as other_code,
        b.*
    from {{ ref('indicators') }} as i
    inner join {{ ref('ind_measure_base') }} as b
        on i.numerator = b.measure_code and i.calendar = b.calendar
),

single as (
    select
        p.indicator_code,
        p.area_key,
        p.agency_code,
        p.source_code,
        p.calendar,
        p.period_type,
        p.period_start,
        p.period_end,
        p.value,
        cast(null as decimal(28, 6)) as numerator,
        cast(null as decimal(28, 6)) as denominator,
        p.estimate_status,
        p.published_on,
        p.publication_order,
        p.known_from,
        p.source_ref,
        p.loaded_at,
        p.base_id
    from parts as p
    where p.kind <> 'ratio'
),

pairs as (
    select
        n.indicator_code,
        n.area_key,
        n.agency_code,
        n.source_code,
        n.calendar,
        n.period_type,
        n.period_start,
        n.period_end,
        cast({{ ratio('n.value', 'd.value', 'n.factor', 'n.decimals') }} as decimal(28, 6)) as value,
        n.value as numerator,
        d.value as denominator,
        case when ns.status_rank <= ds.status_rank then n.estimate_status else d.estimate_status end
            as estimate_status,
        greatest(n.published_on, d.published_on) as published_on,
        greatest(n.publication_order, d.publication_order) as publication_order,
        greatest(n.known_from, d.known_from) as known_from,
        n.source_ref || ' ÷ ' || d.source_ref as source_ref,
        greatest(n.loaded_at, d.loaded_at) as loaded_at,
        n.base_id + d.base_id - 1 as base_id,
        row_number() over (
            partition by n.indicator_code, n.series_key, greatest(n.publication_order, d.publication_order)
            order by n.publication_order desc, d.publication_order desc
        ) as pick
    from parts as n
    inner join {{ ref('ind_measure_base') }} as d
        on n.other_code = d.measure_code
        and n.area_key = d.area_key
        and n.agency_code = d.agency_code
        and n.source_code = d.source_code
        and n.calendar = d.calendar
        and n.period_type = d.period_type
        and n.period_start = d.period_start
        and n.period_end = d.period_end
        and d.known_from < coalesce(n.known_to, timestamptz '9999-01-01 00:00:00+00')
        and n.known_from < coalesce(d.known_to, timestamptz '9999-01-01 00:00:00+00')
    inner join {{ ref('estimate_status') }} as ns on n.estimate_status = ns.estimate_status
    inner join {{ ref('estimate_status') }} as ds on d.estimate_status = ds.estimate_status
    where n.kind = 'ratio'
),

-- Restatements that the publisher never printed, only implied.
implied as (
    select
        i.code as indicator_code,
        p.area_key,
        p.agency_code,
        p.source_code || '_suy_ra' as source_code,
        p.calendar,
        p.period_type,
        p.period_start,
        p.period_end,
        cast({{ round_half_up_by('p.value', 'i.decimals') }} as decimal(28, 6)) as value,
        cast(null as decimal(28, 6)) as numerator,
        cast(null as decimal(28, 6)) as denominator,
        'computed' as estimate_status,
        p.published_on,
        p.publication_order,
        p.known_from,
        p.source_ref,
        p.loaded_at,
        p.base_id
    from {{ ref('ind_implied_prior') }} as p
    inner join {{ ref('indicators') }} as i
        on p.measure_code = i.numerator and p.calendar = i.calendar and i.kind = 'flow'
),

derived as (
    select
        indicator_code,
        area_key,
        agency_code,
        source_code,
        calendar,
        period_type,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        estimate_status,
        published_on,
        publication_order,
        known_from,
        source_ref,
        loaded_at,
        base_id
    from pairs
    where pick = 1
    union all
    select * from implied
),

-- As with measures, the same value with the same status is no new vintage. A ratio whose
-- denominator became 0 has no value from then on: that ends the vintage before.
kept as (
    select q.*
    from (
        select
            d.*,
            lag(d.value) over w as earlier_value,
            lag(d.estimate_status) over w as earlier_status
        from derived as d
        window w as (
            partition by
                d.indicator_code, d.area_key, d.agency_code, d.source_code, d.calendar,
                d.period_type, d.period_start, d.period_end
            order by d.publication_order
        )
    ) as q
    where q.earlier_status is null
       or q.value is distinct from q.earlier_value
       or q.estimate_status <> q.earlier_status
),

unioned as (
    select * from single
    union all
    select
        indicator_code,
        area_key,
        agency_code,
        source_code,
        calendar,
        period_type,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        estimate_status,
        published_on,
        publication_order,
        known_from,
        source_ref,
        loaded_at,
        base_id
    from kept
)

select o.*
from (
    select
        u.*,
        cast(count(u.value) over w as integer) as vintage_no,
        lead(u.known_from) over w as known_to
    from unioned as u
    window w as (
        partition by
            u.indicator_code, u.area_key, u.agency_code, u.source_code, u.calendar,
            u.period_type, u.period_start, u.period_end
        order by u.publication_order
    )
) as o
where o.value is not null
