-- Every plan ever known for an indicator, an area and a year, the newer beside the older. Plans are
-- typed with their decision (plans.csv) or printed by a source. A source that prints the percentage
-- of the plan reached says with it what the plan is by then: for the state budget's investment of
-- 2024 the January workbook prints 703,197 bn, the 84.63 % of December rest on 781,425 bn.
with typed as (
    select
        p.indicator_code,
        p.area_key,
        p.plan_kind,
        p.year as year_no,
        cast(
            case when p.unit = i.unit then p.value else p.value * pu.scale / iu.scale end
            as decimal(28, 6)
        ) as value,
        p.fulfilment,
        'decision' as plan_basis,
        p.decision,
        p.decided_on,
        p.issued_by,
        p.valid_from as counts_from,
        {{ known_from('p.valid_from') }} as known_from,
        'plans.csv' as source_ref,
        cast(0 as double precision) as slack
    from {{ ref('plans') }} as p
    inner join {{ ref('indicators') }} as i on p.indicator_code = i.code
    left join {{ ref('units') }} as pu on p.unit = pu.unit_name
    left join {{ ref('units') }} as iu
        on i.unit = iu.unit_name and pu.base_unit_code = iu.base_unit_code
    where p.unit = i.unit or iu.unit_code is not null
),

printed as (
    select
        t.indicator_code,
        v.area_key,
        t.plan_kind,
        {{ year_of('v.period_end') }} as year_no,
        v.value,
        t.fulfilment,
        'printed' as plan_basis,
        -- A workbook of the first days of a month tells of the month before.
        {{ delivery_month('v.published_on') }} as counts_from,
        v.known_from,
        v.source_ref,
        cast(0 as double precision) as slack
    from {{ ref('plan_targets') }} as t
    inner join {{ ref('ind_measure_vintage') }} as v
        on t.plan_measure = v.measure_code and v.period_type = 'year' and v.agency_code = '_all'
),

implied as (
    select
        t.indicator_code,
        v.area_key,
        t.plan_kind,
        {{ year_of('v.period_end') }} as year_no,
        {{ round_half_up_by(
            "cast(v.value as double precision) * 100 / cast(c.value as double precision)", 'i.decimals'
        ) }} as value,
        t.fulfilment,
        'implied' as plan_basis,
        make_date({{ year_of('v.period_end') }}, {{ month_of('v.period_end') }}, 1) as counts_from,
        v.known_from,
        v.source_ref || ' ÷ ' || c.source_ref as source_ref,
        {{ printed_slack('c.value') }} / cast(c.value as double precision) as slack
    from {{ ref('plan_targets') }} as t
    inner join {{ ref('indicators') }} as i on t.indicator_code = i.code
    inner join {{ ref('ind_measure_vintage') }} as c
        on t.pct_measure = c.measure_code and c.agency_code = '_all'
    inner join {{ ref('ind_measure_vintage') }} as v
        on i.numerator = v.measure_code
        and c.area_key = v.area_key
        and c.agency_code = v.agency_code
        and c.source_code = v.source_code
        and c.calendar = v.calendar
        and c.period_type = v.period_type
        and c.period_start = v.period_start
        and c.period_end = v.period_end
        and c.publication_order = v.publication_order
    where c.value > 0 and v.value > 0
),

said as (
    select
        indicator_code,
        area_key,
        plan_kind,
        year_no,
        value,
        fulfilment,
        plan_basis,
        decision,
        decided_on,
        issued_by,
        counts_from,
        known_from,
        source_ref,
        slack
    from typed
    union all
    select
        indicator_code,
        area_key,
        plan_kind,
        year_no,
        value,
        fulfilment,
        plan_basis,
        cast(null as text),
        cast(null as date),
        cast(null as text),
        counts_from,
        known_from,
        source_ref,
        slack
    from printed
    union all
    select
        indicator_code,
        area_key,
        plan_kind,
        year_no,
        value,
        fulfilment,
        plan_basis,
        cast(null as text),
        cast(null as date),
        cast(null as text),
        counts_from,
        known_from,
        source_ref,
        slack
    from implied
),

ordered as (
    select
        s.*,
        lag(s.value) over (
            partition by s.indicator_code, s.area_key, s.plan_kind, s.year_no
            order by s.counts_from, s.known_from, s.source_ref
        ) as earlier_value
    from said as s
)

-- A plan said again is no new plan; what a printed percentage hides is no change either.
select
    o.indicator_code,
    o.area_key,
    o.plan_kind,
    o.year_no,
    cast(row_number() over plans as integer) as plan_no,
    o.value,
    o.fulfilment,
    o.plan_basis,
    o.decision,
    o.decided_on,
    o.issued_by,
    o.counts_from,
    lead(o.counts_from) over plans as counts_to,
    o.known_from,
    o.source_ref
from ordered as o
where o.earlier_value is null
   or o.plan_basis = 'decision'
   or abs(o.value - o.earlier_value) > greatest(0.0001, o.slack) * abs(o.earlier_value)
window plans as (
    partition by o.indicator_code, o.area_key, o.plan_kind, o.year_no
    order by o.counts_from, o.known_from, o.source_ref
)
