-- Comparisons with the same period of last year and the period before, published and computed
-- side by side. Which period that is says dim_period, by the dates, never by the neighbouring row;
-- and both figures stand on the same unit of the same basis.
with published as (
    select
        m.change_of as measure_code,
        m.change_kind,
        v.*
    from (
        select
            measure_code as change_measure,
            area_key,
            agency_code,
            source_code,
            calendar,
            period_type,
            period_start,
            period_end,
            value
        from {{ ref('ind_measure_vintage') }}
        where known_to is null
    ) as v
    inner join {{ ref('msr_measure') }} as m on v.change_measure = m.measure_code
    where m.change_of is not null
),

compared as (
    select
        v.*,
        i.kind,
        i.unit,
        p.value as prior_value,
        p.base_id as prior_base_id,
        p.base_key as prior_base_key,
        p.is_estimated as prior_is_estimated,
        e.value as previous_value,
        e.base_id as previous_base_id,
        e.base_key as previous_base_key,
        coalesce(d.is_cumulative, false) or (v.period_type = 'month' and d.period_no = 1) as is_running,
        y.value as yoy_pct_published,
        o.value as mom_pct_published,
        -- A change in percent of a percentage would be read wrongly: those differ in points.
        i.unit <> '%' as is_level,
        own.change_kind as own_change
    from {{ ref('ind_value') }} as v
    inner join {{ ref('indicators') }} as i on v.indicator_code = i.code
    inner join {{ ref('msr_measure') }} as own on i.numerator = own.measure_code
    left join {{ ref('dim_period') }} as d
        on v.calendar = d.calendar
        and v.period_type = d.period_type
        and v.period_start = d.period_start
        and v.period_end = d.period_end
    left join {{ ref('ind_value') }} as p
        on v.indicator_code = p.indicator_code
        and v.basis = p.basis
        and v.area_key = p.area_key
        and v.agency_code = p.agency_code
        and v.calendar = p.calendar
        and v.period_type = p.period_type
        and d.prior_start = p.period_start
        and d.prior_end = p.period_end
    left join {{ ref('ind_value') }} as e
        on v.indicator_code = e.indicator_code
        and v.basis = e.basis
        and v.area_key = e.area_key
        and v.agency_code = e.agency_code
        and v.calendar = e.calendar
        and v.period_type = e.period_type
        and v.period_type in ('month', 'quarter', 'year')
        and d.previous_start = e.period_start
        and d.previous_end = e.period_end
    left join published as y
        on i.numerator = y.measure_code
        and y.change_kind = 'yoy'
        and i.kind <> 'ratio'
        and v.figure_area_key = y.area_key
        and v.agency_code = y.agency_code
        and v.source_code = y.source_code
        and v.calendar = y.calendar
        and v.period_type = y.period_type
        and v.period_start = y.period_start
        and v.period_end = y.period_end
    left join published as o
        on i.numerator = o.measure_code
        and o.change_kind = 'mom'
        and i.kind = 'flow'
        and v.figure_area_key = o.area_key
        and v.agency_code = o.agency_code
        and v.source_code = o.source_code
        and v.calendar = o.calendar
        and v.period_type = o.period_type
        and v.period_start = o.period_start
        and v.period_end = o.period_end
),

-- Carried figures stand on the bases of their parts: equal when each part kept its own.
judged as (
    select
        c.*,
        case
            when c.value is null or c.prior_value is null or c.prior_value = 0 then 'not_comparable'
            when not coalesce(c.base_key = c.prior_base_key or c.base_id = c.prior_base_id, false)
                then 'not_comparable'
            when c.is_estimated or c.prior_is_estimated then 'estimated'
            else 'comparable'
        end as comparability,
        cast(case when c.is_level then {{ pct_change('c.value', 'c.prior_value') }} end as decimal(28, 6))
            as yoy_pct_computed,
        cast(case
            when c.is_level and (c.base_key = c.previous_base_key or c.base_id = c.previous_base_id)
                then {{ pct_change('c.value', 'c.previous_value') }}
        end as decimal(28, 6)) as mom_pct_computed
    from compared as c
),

chosen as (
    select
        j.*,
        case when j.comparability <> 'not_comparable' then j.value - j.prior_value end as yoy_abs,
        cast(coalesce(
            {{ round_half_up('j.yoy_pct_published', 2) }},
            case when j.comparability <> 'not_comparable' then j.yoy_pct_computed end
        ) as decimal(28, 6)) as yoy_pct,
        case
            when j.yoy_pct_published is not null then 'published'
            when j.comparability <> 'not_comparable' and j.yoy_pct_computed is not null then 'computed'
        end as yoy_source,
        cast(coalesce({{ round_half_up('j.mom_pct_published', 2) }}, j.mom_pct_computed) as decimal(28, 6))
            as mom_pct
    from judged as j
),

-- The running total of the year up to the end of a period; January is its own.
running as (
    select
        c.indicator_code,
        c.area_key,
        c.agency_code,
        c.basis,
        c.calendar,
        c.period_end,
        c.value,
        c.yoy_pct,
        row_number() over (
            partition by c.indicator_code, c.area_key, c.agency_code, c.basis, c.calendar, c.period_end
            order by case when c.period_type = 'month' then 1 else 0 end
        ) as pick
    from chosen as c
    where c.is_running
)

select
    c.indicator_code,
    c.area_key,
    c.agency_code,
    c.basis,
    c.source_code,
    c.calendar,
    c.period_type,
    c.period_start,
    c.period_end,
    c.value,
    c.prior_value as value_same_period_last_year,
    c.yoy_abs,
    c.yoy_pct,
    c.yoy_pct_published,
    c.yoy_pct_computed,
    c.yoy_source,
    c.comparability,
    c.previous_value as value_previous_period,
    c.mom_pct,
    r.value as ytd_value,
    r.yoy_pct as ytd_yoy_pct,
    c.base_id,
    c.prior_base_id
from chosen as c
left join running as r
    on c.indicator_code = r.indicator_code
    and c.area_key = r.area_key
    and c.agency_code = r.agency_code
    and c.basis = r.basis
    and c.calendar = r.calendar
    and c.period_end = r.period_end
    and r.pick = 1
