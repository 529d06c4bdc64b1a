-- The path to a plan: which share of the year its first months have, as the mean over up to three
-- complete years before; where there is none, month ÷ 12.
with shares as (
    select
        a.indicator_code,
        a.area_key,
        a.agency_code,
        a.calendar,
        a.basis,
        a.year_no,
        a.month_no,
        cast(
            cast(a.value as double precision) / cast(y.value as double precision) as decimal(28, 10)
        ) as share
    from {{ ref('ind_plan_actual') }} as a
    inner join {{ ref('ind_plan_actual') }} as y
        on a.indicator_code = y.indicator_code
        and a.area_key = y.area_key
        and a.agency_code = y.agency_code
        and a.calendar = y.calendar
        and a.basis = y.basis
        and a.year_no = y.year_no
        -- A running total of another base is no share of the year.
        and a.base_key = y.base_key
        and y.month_no = 12
    where a.is_flow and a.value is not null and y.value > 0
),

years as (
    select
        indicator_code,
        year_no
    from {{ ref('ind_plan') }}
    union
    select
        indicator_code,
        year_no
    from {{ ref('ind_plan_actual') }}
),

planned as (
    select distinct
        a.indicator_code,
        a.area_key,
        a.agency_code,
        a.calendar,
        a.basis,
        y.year_no
    from {{ ref('ind_plan_actual') }} as a
    inner join years as y on a.indicator_code = y.indicator_code
    where a.is_flow
),

ranked as (
    select
        p.indicator_code,
        p.area_key,
        p.agency_code,
        p.calendar,
        p.basis,
        p.year_no,
        m.n as month_no,
        s.share,
        s.year_no as share_year,
        row_number() over (
            partition by
                p.indicator_code, p.area_key, p.agency_code, p.calendar, p.basis, p.year_no, m.n
            order by s.year_no desc nulls last
        ) as nearness
    from planned as p
    cross join generate_series(1, 12) as m (n)
    left join shares as s
        on p.indicator_code = s.indicator_code
        and p.area_key = s.area_key
        and p.agency_code = s.agency_code
        and p.calendar = s.calendar
        and p.basis = s.basis
        and m.n = s.month_no
        and p.year_no > s.year_no
)

select
    r.indicator_code,
    r.area_key,
    r.agency_code,
    r.calendar,
    r.basis,
    r.year_no,
    cast(r.month_no as integer) as month_no,
    case when count(r.share) > 0 then 'history' else 'linear' end as path_kind,
    string_agg(cast(r.share_year as text), ', ' order by r.share_year) as path_years,
    case
        when count(r.share) > 0
            then cast(sum(r.share) as double precision) / cast(count(r.share) as double precision)
        else cast(r.month_no as double precision) / 12
    end as path_share
from ranked as r
where r.nearness <= 3
group by
    r.indicator_code, r.area_key, r.agency_code, r.calendar, r.basis, r.year_no, r.month_no
