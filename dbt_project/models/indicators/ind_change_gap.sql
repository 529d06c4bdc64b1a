-- Every published change of a level from 2020 on beside the change computed from the newest figures
-- of both years; where they differ by more than printed decimals hide, the vintages that say why.
with newest_changes as (
    select
        m.change_of as measure_code,
        c.area_key,
        c.agency_code,
        c.source_code,
        c.calendar,
        c.period_type,
        c.period_start,
        c.period_end,
        c.value,
        c.publication_order,
        c.known_from,
        c.source_ref
    from {{ ref('ind_measure_vintage') }} as c
    inner join {{ ref('msr_measure') }} as m
        on c.measure_code = m.measure_code and m.change_kind = 'yoy' and m.change_of <> m.measure_code
    where c.known_to is null and c.period_start >= date '2020-01-01'
),

compared as (
    select
        y.indicator_code,
        i.numerator as measure_code,
        i.decimals,
        y.area_key,
        y.agency_code,
        y.source_code,
        y.calendar,
        y.period_type,
        y.period_start,
        y.period_end,
        d.prior_start,
        d.prior_end,
        y.value,
        y.value_same_period_last_year as prior_value,
        y.yoy_pct_published,
        y.yoy_pct_computed,
        y.base_id,
        y.prior_base_id,
        c.publication_order,
        c.known_from as change_known_from,
        c.source_ref as change_source_ref
    from {{ ref('ind_yoy') }} as y
    inner join {{ ref('indicators') }} as i on y.indicator_code = i.code
    inner join newest_changes as c
        on i.numerator = c.measure_code
        and y.area_key = c.area_key
        and y.agency_code = c.agency_code
        and y.source_code = c.source_code
        and y.calendar = c.calendar
        and y.period_type = c.period_type
        and y.period_start = c.period_start
        and y.period_end = c.period_end
    left join {{ ref('dim_period') }} as d
        on y.calendar = d.calendar
        and y.period_type = d.period_type
        and y.period_start = d.period_start
        and y.period_end = d.period_end
    where y.basis = 'as_published' and y.yoy_pct_published is not null and i.unit <> '%'
),

-- This year's figure as it stood when the change was published.
values_then as (
    select
        c.indicator_code,
        c.area_key,
        c.agency_code,
        c.calendar,
        c.period_type,
        c.period_start,
        c.period_end,
        v.value,
        row_number() over (
            partition by
                c.indicator_code, c.area_key, c.agency_code, c.calendar,
                c.period_type, c.period_start, c.period_end
            order by v.publication_order desc
        ) as pick
    from compared as c
    inner join {{ ref('ind_measure_vintage') }} as v
        on c.measure_code = v.measure_code
        and c.area_key = v.area_key
        and c.agency_code = v.agency_code
        and c.source_code = v.source_code
        and c.calendar = v.calendar
        and c.period_type = v.period_type
        and c.period_start = v.period_start
        and c.period_end = v.period_end
        and c.publication_order >= v.publication_order
),

-- Last year's figure printed beside, by the very publication of the change.
beside as (
    select
        measure_code,
        area_key,
        agency_code,
        source_code,
        calendar,
        period_type,
        period_start,
        period_end,
        publication_order,
        min(value) as value
    from {{ ref('msr_reading') }}
    where role = 'prior_year_value'
    group by
        measure_code, area_key, agency_code, source_code, calendar,
        period_type, period_start, period_end, publication_order
),

known as (
    select
        c.*,
        t.value as value_then,
        b.value as prior_beside,
        -- Doubles of the two engines agree to fifteen digits, not to the sixth decimal.
        {{ round_half_up_by(pct_base('t.value', 'c.yoy_pct_published'), 'c.decimals') }} as prior_implied,
        {{ change_gap('c.yoy_pct_published', 'c.yoy_pct_computed') }} as gap,
        {{ change_slack('c.yoy_pct_published', 'c.value', 'c.prior_value') }} as slack
    from compared as c
    left join values_then as t
        on c.indicator_code = t.indicator_code
        and c.area_key = t.area_key
        and c.agency_code = t.agency_code
        and c.calendar = t.calendar
        and c.period_type = t.period_type
        and c.period_start = t.period_start
        and c.period_end = t.period_end
        and t.pick = 1
    left join beside as b
        on c.measure_code = b.measure_code
        and c.area_key = b.area_key
        and c.agency_code = b.agency_code
        and c.source_code = b.source_code
        and c.calendar = b.calendar
        and c.period_type = b.period_type
        and c.prior_start = b.period_start
        and c.prior_end = b.period_end
        and c.publication_order = b.publication_order
    where c.yoy_pct_published > -100
),

-- Which printed figure of last year gives the published change, if any does.
matched as (
    select
        k.indicator_code,
        k.area_key,
        k.agency_code,
        k.calendar,
        k.period_type,
        k.period_start,
        k.period_end,
        count(*) as prior_vintages,
        max(case when p.vintage_no = 1 then p.value end) as prior_first_value,
        max(case when p.vintage_no = 1 then p.estimate_status end) as prior_first_status,
        max(case when p.vintage_no = 1 then p.known_from end) as prior_first_known_from,
        max(case
            when {{ change_gap('k.yoy_pct_published', pct_change('k.value_then', 'p.value', 2)) }} <= k.slack
                then p.vintage_no
        end) as matching_vintage_no
    from known as k
    inner join {{ ref('ind_measure_vintage') }} as p
        on k.measure_code = p.measure_code
        and k.area_key = p.area_key
        and k.agency_code = p.agency_code
        and k.source_code = p.source_code
        and k.calendar = p.calendar
        and k.period_type = p.period_type
        and k.prior_start = p.period_start
        and k.prior_end = p.period_end
    group by
        k.indicator_code, k.area_key, k.agency_code, k.calendar,
        k.period_type, k.period_start, k.period_end
),

judged as (
    select
        k.*,
        n.vintage_no as value_vintage_no,
        n.estimate_status,
        n.known_from,
        n.source_ref,
        p.vintage_no as prior_vintage_no,
        p.estimate_status as prior_status,
        p.known_from as prior_known_from,
        p.source_ref as prior_source_ref,
        m.prior_vintages,
        m.prior_first_value,
        m.prior_first_status,
        m.prior_first_known_from,
        m.matching_vintage_no,
        coalesce(k.gap > k.slack, false) as is_beyond_rounding,
        {{ change_explanation(
            is_new_base='k.base_id <> k.prior_base_id',
            prior_status='p.estimate_status',
            is_beside='k.prior_beside is not null',
            value_restated='k.value_then <> k.value and m.matching_vintage_no = p.vintage_no',
            other_vintage='m.matching_vintage_no <> p.vintage_no',
            is_summed="n.estimate_status = 'computed' or p.estimate_status = 'computed'"
        ) }} as why
    from known as k
    left join {{ ref('ind_value') }} as n
        on k.indicator_code = n.indicator_code
        and n.basis = 'as_published'
        and k.area_key = n.area_key
        and k.agency_code = n.agency_code
        and k.calendar = n.calendar
        and k.period_type = n.period_type
        and k.period_start = n.period_start
        and k.period_end = n.period_end
    left join {{ ref('ind_value') }} as p
        on k.indicator_code = p.indicator_code
        and p.basis = 'as_published'
        and k.area_key = p.area_key
        and k.agency_code = p.agency_code
        and k.calendar = p.calendar
        and k.period_type = p.period_type
        and k.prior_start = p.period_start
        and k.prior_end = p.period_end
    left join matched as m
        on k.indicator_code = m.indicator_code
        and k.area_key = m.area_key
        and k.agency_code = m.agency_code
        and k.calendar = m.calendar
        and k.period_type = m.period_type
        and k.period_start = m.period_start
        and k.period_end = m.period_end
)

select
    j.indicator_code,
    j.area_key,
    j.agency_code,
    j.source_code,
    j.calendar,
    j.period_type,
    j.period_start,
    j.period_end,
    j.yoy_pct_published,
    j.yoy_pct_computed,
    j.gap,
    j.slack,
    j.is_beyond_rounding,
    j.change_known_from,
    j.change_source_ref,
    j.value,
    j.value_vintage_no,
    j.estimate_status,
    j.known_from,
    j.source_ref,
    j.value_then,
    j.prior_value,
    j.prior_vintage_no,
    j.prior_status,
    j.prior_known_from,
    j.prior_source_ref,
    cast(j.prior_vintages as integer) as prior_vintages,
    j.prior_first_value,
    j.prior_first_status,
    j.prior_first_known_from,
    {{ pct_change('j.value', 'j.prior_first_value') }} as yoy_pct_first_release,
    j.prior_beside,
    j.prior_implied,
    j.matching_vintage_no,
    case when j.is_beyond_rounding then j.why end as explanation,
    case
        when j.yoy_pct_computed is not null then null
        when j.value is null then 'Chưa có số của kỳ này'
        when j.prior_value is null then 'Chưa có số cùng kỳ năm trước'
        else 'Số cùng kỳ năm trước bằng 0'
    end as reason
from judged as j
