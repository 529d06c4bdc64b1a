-- Every month of every year of a planned indicator beside its plan: the plan known by the end of
-- the month, the part done, the path, and what each of the remaining months must bring.
-- Years that have figures or a plan, of the areas that ever had a plan of this kind.
with years as (
    select
        p.indicator_code,
        p.plan_kind,
        p.area_key,
        v.year_no,
        v.basis
    from {{ ref('ind_plan') }} as p
    inner join {{ ref('ind_plan_actual') }} as v
        on p.indicator_code = v.indicator_code and p.area_key = v.area_key
    where v.value is not null
    union
    select
        p.indicator_code,
        p.plan_kind,
        p.area_key,
        p.year_no,
        b.basis
    from {{ ref('ind_plan') }} as p
    inner join {{ ref('dim_area') }} as d on p.area_key = d.area_key
    inner join (values ('as_published'), ('current')) as b (basis)
        on b.basis = 'as_published' or d.valid_to is null
),

due as (
    select
        t.indicator_code,
        t.plan_kind,
        t.is_main,
        t.pct_measure,
        i.unit,
        i.decimals,
        i.calendar,
        i.kind = 'flow' as is_flow,
        i.numerator,
        a.area_key,
        '_all' as agency_code,
        a.basis,
        a.year_no,
        m.month_no,
        m.period_end as month_end
    from {{ ref('plan_targets') }} as t
    inner join {{ ref('indicators') }} as i on t.indicator_code = i.code
    inner join years as a on t.indicator_code = a.indicator_code and t.plan_kind = a.plan_kind
    inner join {{ ref('dim_period') }} as m
        on i.calendar = m.calendar and m.period_type = 'month' and a.year_no = m.year_no
),

held as (
    select
        d.*,
        p.value as plan_value,
        p.fulfilment,
        p.plan_basis,
        p.plan_no,
        p.decision,
        p.decided_on,
        p.issued_by,
        p.known_from as plan_known_from,
        p.source_ref as plan_source_ref,
        a.value,
        a.estimate_status,
        a.known_from,
        a.source_ref,
        h.path_kind,
        h.path_years,
        h.path_share,
        c.value as plan_pct_published,
        12 - d.month_no as months_left,
        case
            when p.value is null then 'Chưa có kế hoạch loại này của năm ' || cast(d.year_no as text)
            when p.value = 0 then 'Không tính được: kế hoạch bằng 0'
            when a.value is null then coalesce(a.value_reason, 'Chưa có số liệu của kỳ này')
        end as reason
    from due as d
    left join {{ ref('ind_plan') }} as p
        on d.indicator_code = p.indicator_code
        and d.area_key = p.area_key
        and d.plan_kind = p.plan_kind
        and d.year_no = p.year_no
        -- The newest plan known by the end of the month; before the first one, that first one.
        and (d.month_end >= p.counts_from or p.plan_no = 1)
        and (p.counts_to is null or d.month_end < p.counts_to)
    left join {{ ref('ind_plan_actual') }} as a
        on d.indicator_code = a.indicator_code
        and d.area_key = a.area_key
        and d.agency_code = a.agency_code
        and d.calendar = a.calendar
        and d.basis = a.basis
        and d.year_no = a.year_no
        and d.month_no = a.month_no
    left join {{ ref('ind_plan_path') }} as h
        on d.indicator_code = h.indicator_code
        and d.area_key = h.area_key
        and d.agency_code = h.agency_code
        and d.calendar = h.calendar
        and d.basis = h.basis
        and d.year_no = h.year_no
        and d.month_no = h.month_no
    left join {{ ref('ind_measure_vintage') }} as c
        on d.pct_measure = c.measure_code
        and d.area_key = c.area_key
        and d.agency_code = c.agency_code
        and d.calendar = c.calendar
        and d.month_end = c.period_end
        and c.known_to is null
),

judged as (
    select
        h.*,
        h.reason is null and h.is_flow as is_measured_flow,
        case
            when h.reason is not null or h.month_no < 12 then null
            when h.fulfilment = 'reach' and h.value >= h.plan_value then 'kept'
            when h.fulfilment = 'stay_below' and h.value <= h.plan_value then 'kept'
            else 'not_kept'
        end as outcome,
        case when h.reason is null and h.is_flow and h.months_left > 0 then
            {{ round_half_up_by(
                "cast(greatest(h.plan_value - h.value, 0) as double precision)"
                ~ " / cast(h.months_left as double precision)", 'h.decimals'
            ) }}
        end as required_run_rate
    from held as h
),

-- What single months brought: as published, else the step of the running total.
monthly as (
    select
        a.indicator_code,
        a.area_key,
        a.agency_code,
        a.calendar,
        a.basis,
        a.year_no * 12 + a.month_no as month_index,
        coalesce(m.value, case
            when a.month_no = 1 then a.value
            when a.base_key = b.base_key then a.value - b.value
        end) as value
    from {{ ref('ind_plan_actual') }} as a
    left join {{ ref('ind_value') }} as m
        on a.indicator_code = m.indicator_code
        and a.basis = m.basis
        and a.area_key = m.area_key
        and a.agency_code = m.agency_code
        and a.calendar = m.calendar
        and a.period_end = m.period_end
        and m.period_type = 'month'
    left join {{ ref('ind_plan_actual') }} as b
        on a.indicator_code = b.indicator_code
        and a.area_key = b.area_key
        and a.agency_code = b.agency_code
        and a.calendar = b.calendar
        and a.basis = b.basis
        and a.year_no = b.year_no
        and a.month_no = b.month_no + 1
    where a.is_flow
),

counted as (
    select
        j.indicator_code,
        j.area_key,
        j.plan_kind,
        j.basis,
        j.year_no,
        j.month_no,
        {%- for months in (12, 24) %}
        cast(count(r.value) filter (
            where r.month_index > j.year_no * 12 + j.month_no - {{ months }}
        ) as integer) as months_known_{{ months }},
        cast(count(r.value) filter (
            where r.month_index > j.year_no * 12 + j.month_no - {{ months }}
              and ((j.fulfilment = 'reach' and r.value >= j.required_run_rate)
                  or (j.fulfilment = 'stay_below' and r.value <= j.required_run_rate))
        ) as integer) as months_reached_{{ months }}{{ "," if not loop.last }}
        {%- endfor %}
    from judged as j
    inner join monthly as r
        on j.indicator_code = r.indicator_code
        and j.area_key = r.area_key
        and j.agency_code = r.agency_code
        and j.calendar = r.calendar
        and j.basis = r.basis
        and j.year_no * 12 + j.month_no >= r.month_index
        and j.year_no * 12 + j.month_no - 24 < r.month_index
    where j.required_run_rate is not null
    group by j.indicator_code, j.area_key, j.plan_kind, j.basis, j.year_no, j.month_no
)

select
    j.indicator_code,
    j.area_key,
    j.agency_code,
    j.basis,
    j.calendar,
    j.plan_kind,
    j.is_main,
    j.year_no,
    j.month_no,
    j.month_end as period_end,
    j.unit,
    j.decimals,
    j.is_flow,
    j.plan_value,
    j.fulfilment,
    j.plan_basis,
    j.plan_no,
    j.decision,
    j.decided_on,
    j.issued_by,
    j.plan_known_from,
    j.plan_source_ref,
    j.value,
    j.estimate_status,
    j.known_from,
    j.source_ref,
    case when j.is_measured_flow or (j.reason is null and j.unit <> '%') then
        {{ round_half_up(
            "cast(j.value as double precision) * 100 / cast(j.plan_value as double precision)", 2
        ) }}
    end as plan_pct,
    j.plan_pct_published,
    case when j.reason is null then j.value - j.plan_value end as gap_to_plan,
    case when j.is_measured_flow then j.path_kind end as path_kind,
    case when j.is_measured_flow then j.path_years end as path_years,
    case when j.is_measured_flow then {{ round_half_up("j.path_share * 100", 2) }} end as path_pct,
    case when j.is_measured_flow then
        {{ round_half_up_by("j.path_share * cast(j.plan_value as double precision)", 'j.decimals') }}
    end as path_value,
    j.months_left,
    j.required_run_rate,
    c.months_known_12,
    c.months_reached_12,
    c.months_known_24,
    c.months_reached_24,
    j.outcome,
    j.reason
from judged as j
left join counted as c
    on j.indicator_code = c.indicator_code
    and j.area_key = c.area_key
    and j.plan_kind = c.plan_kind
    and j.basis = c.basis
    and j.year_no = c.year_no
    and j.month_no = c.month_no
