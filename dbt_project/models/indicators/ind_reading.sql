-- Every figure beside every rule of thresholds.csv that judges it, as it was known in each stretch of
-- time (as_published) and as it stands now (current). A period without a figure is a row without a
-- reading. The rules' one judgement: signals and alerts are both read here.
with rules as (
    select
        t.*,
        ';' || t.area_levels || ';' as levels
    from {{ ref('thresholds') }} as t
),

-- The vintages of the source that is shown; what was known of a month while its records still came in
-- is not judged, a published estimate is.
told as (
    select
        n.indicator_code,
        n.area_key,
        n.agency_code,
        y.basis,
        n.source_code,
        n.calendar,
        n.period_type,
        n.period_start,
        n.period_end,
        case when {{ is_counted('n.source_code') }}
            then greatest(n.known_from, {{ known_from('(n.period_end + 1)') }}) else n.known_from end
            as known_from,
        n.known_to,
        n.value,
        n.yoy_abs,
        n.yoy_pct
    from {{ ref('ind_known') }} as n
    inner join {{ ref('ind_yoy') }} as y
        on n.indicator_code = y.indicator_code and {{ same_figure('n', 'y') }}
    where y.basis = 'as_published' and y.value is not null
      and not {{ is_still_counted('n') }}
),

figures as (
    select * from told
    where known_to is null or known_from < known_to
    union all
    select
        y.indicator_code,
        y.area_key,
        y.agency_code,
        y.basis,
        y.source_code,
        y.calendar,
        y.period_type,
        y.period_start,
        y.period_end,
        cast(null as timestamptz) as known_from,
        cast(null as timestamptz) as known_to,
        y.value,
        y.yoy_abs,
        y.yoy_pct
    from {{ ref('ind_yoy') }} as y
    where y.basis = 'current'
      and not {{ is_still_counted('y') }}
    union all
    -- A month in which nothing was overdue has no record: that is good news, not a gap.
    select
        v.indicator_code,
        v.area_key,
        v.agency_code,
        v.basis,
        v.source_code,
        v.calendar,
        v.period_type,
        v.period_start,
        v.period_end,
        case when {{ is_counted('v.source_code') }} and i.kind in ('flow', 'stock')
            then {{ known_from('(v.period_end + 1)') }} end,
        cast(null as timestamptz),
        case when {{ is_counted('v.source_code') }} and i.kind in ('flow', 'stock') then 0 end,
        cast(null as decimal(28, 6)),
        cast(null as decimal(28, 6))
    from {{ ref('ind_value') }} as v
    inner join {{ ref('indicators') }} as i on v.indicator_code = i.code
    where v.basis = 'as_published' and v.value is null
      and not {{ is_still_counted('v') }}
),

ruled as (
    select
        f.*,
        r.rule_id,
        r.kind,
        r.comparison,
        r.warn_value,
        r.breach_value,
        r.release_value,
        r.periods_to_fire,
        r.periods_to_clear,
        i.unit,
        i.decimals,
        d.year_no,
        d.period_no,
        d.month_no
    from figures as f
    inner join rules as r on f.indicator_code = r.indicator_code and f.calendar = r.calendar
    inner join {{ ref('indicators') }} as i on f.indicator_code = i.code
    inner join {{ ref('dim_area') }} as a on f.area_key = a.area_key
    inner join {{ ref('dim_period') }} as d
        on f.calendar = d.calendar
        and f.period_type = d.period_type
        and f.period_start = d.period_start
        and f.period_end = d.period_end
    where r.levels like '%;' || a.level || ';%'
      and (r.per_agency or f.agency_code = '_all')
      and (r.valid_from is null or f.period_end >= r.valid_from)
      and (r.valid_to is null or f.period_end <= r.valid_to)
      and case r.period
          when 'cumulative' then d.is_cumulative
          when 'quarter_end' then d.is_cumulative and mod(d.month_no, 3) = 0
          else f.period_type = r.period
      end
),

-- When the first word of a period came.
arrived as (
    select
        u.rule_id,
        u.area_key,
        u.agency_code,
        u.period_type,
        u.period_end,
        {{ local_day('min(u.known_from)') }} as first_known_on
    from ruled as u
    where u.kind = 'late'
    group by u.rule_id, u.area_key, u.agency_code, u.period_type, u.period_end
),

-- The same season of the five years before, when at least three of them are known.
seasons as (
    select
        u.rule_id,
        u.area_key,
        u.agency_code,
        u.basis,
        u.period_end,
        avg(cast(p.value as double precision)) as season_mean,
        stddev_samp(cast(p.value as double precision)) as season_spread
    from (
        select distinct
            rule_id,
            area_key,
            agency_code,
            basis,
            period_type,
            period_end,
            year_no,
            period_no
        from ruled
        where kind = 'outlier'
    ) as u
    inner join ruled as p
        on u.rule_id = p.rule_id
        and u.area_key = p.area_key
        and u.agency_code = p.agency_code
        and u.basis = p.basis
        and u.period_type = p.period_type
        and u.period_no = p.period_no
        and p.year_no between u.year_no - 5 and u.year_no - 1
        and p.known_to is null
    group by u.rule_id, u.area_key, u.agency_code, u.basis, u.period_end
    having count(p.value) >= 3
),

measured as (
    select
        u.*,
        p.plan_value,
        p.is_flow as is_planned_flow,
        p.path_pct,
        p.months_left,
        l.first_known_on,
        s.season_mean,
        s.season_spread
    from ruled as u
    left join {{ ref('ind_plan_progress') }} as p
        on u.kind in ('plan_gap', 'run_rate')
        and u.indicator_code = p.indicator_code
        and u.area_key = p.area_key
        and u.agency_code = p.agency_code
        and u.basis = p.basis
        and u.calendar = p.calendar
        and u.period_end = p.period_end
        and p.is_main
    left join arrived as l
        on u.rule_id = l.rule_id
        and u.area_key = l.area_key
        and u.agency_code = l.agency_code
        and u.period_type = l.period_type
        and u.period_end = l.period_end
    left join seasons as s
        on u.rule_id = s.rule_id
        and u.area_key = s.area_key
        and u.agency_code = s.agency_code
        and u.basis = s.basis
        and u.period_end = s.period_end
),

read as (
    select
        m.*,
        cast({{ rule_reading('m', 'm') }} as decimal(28, 6)) as reading
    from measured as m
),

-- One item for a source: which share of what it owes of a month did not come in time.
owed as (
    select
        e.source_code,
        e.score_month,
        max(e.due_until) as due_until,
        cast({{ share_of(
            '100', 'sum(e.expected_fields - e.received_fields)', 'sum(e.expected_fields)'
        ) }} as decimal(28, 6)) as reading
    from {{ ref('dq_expected') }} as e
    group by e.source_code, e.score_month
    having max(e.due_until) < {{ known_on() }}
)

select
    md5(concat_ws('|', r.rule_id, r.area_key, r.agency_code)) as series_id,
    r.rule_id,
    r.kind,
    r.comparison,
    r.warn_value,
    r.breach_value,
    r.periods_to_fire,
    r.periods_to_clear,
    r.indicator_code,
    r.area_key,
    r.agency_code,
    r.basis,
    r.source_code,
    r.calendar,
    r.period_type,
    r.period_start,
    r.period_end,
    r.known_from,
    r.known_to,
    r.value,
    r.reading,
    {{ reading_level('r', 'r.reading') }} as level
from read as r
union all
select
    md5(concat_ws('|', r.rule_id, o.source_code)),
    r.rule_id,
    r.kind,
    r.comparison,
    r.warn_value,
    r.breach_value,
    r.periods_to_fire,
    r.periods_to_clear,
    '',
    'VN-00',
    '_all',
    'as_published',
    o.source_code,
    r.calendar,
    r.period,
    o.score_month,
    {{ month_end('o.score_month') }},
    {{ known_from('(o.due_until + 1)') }},
    cast(null as timestamptz),
    cast(null as decimal(28, 6)),
    o.reading,
    {{ reading_level('r', 'o.reading') }}
from owed as o
inner join rules as r on r.kind = 'no_data'
