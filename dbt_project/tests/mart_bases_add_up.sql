-- Additive figures are equal in total on both bases, to the last digit: for each unit that took
-- over whole units, and for all provinces where every province of the time has a figure.
with figures as (
    select
        v.*,
        a.valid_from,
        a.valid_to,
        a.level
    from {{ ref('ind_value') }} as v
    inner join {{ ref('indicators') }} as i on v.indicator_code = i.code and i.area_agg = 'sum'
    inner join {{ ref('dim_area') }} as a on v.area_key = a.area_key
    where v.value is not null
),

-- Figures of units that had ended, or not begun, when their period did would be counted twice.
of_their_time as (
    select
        f.*,
        coalesce(f.valid_from, f.period_end) <= f.period_end
        and coalesce(f.valid_to, f.period_end) >= f.period_end as is_of_its_time
    from figures as f
    where f.basis = 'as_published'
),

whole_parts as (
    select
        f.indicator_code,
        b.area_key,
        f.agency_code,
        f.calendar,
        f.period_type,
        f.period_start,
        f.period_end,
        sum(f.value) as value,
        bool_and(f.is_of_its_time) as is_of_its_time
    from of_their_time as f
    inner join {{ ref('bridge_area') }} as b on f.area_key = b.old_area_key and b.weight = 1
    inner join {{ ref('dim_area') }} as t on b.area_key = t.area_key and f.level = t.level
    group by
        f.indicator_code, b.area_key, f.agency_code, f.calendar, f.period_type, f.period_start, f.period_end
),

provinces as (
    select
        p.day,
        count(*) as province_count
    from (select distinct period_end as day from figures) as p
    inner join {{ ref('dim_area') }} as a
        on a.level = 'province'
        and coalesce(a.valid_from, p.day) <= p.day
        and coalesce(a.valid_to, p.day) >= p.day
    group by p.day
),

all_provinces as (
    select
        f.indicator_code,
        f.agency_code,
        f.calendar,
        f.period_type,
        f.period_start,
        f.period_end,
        sum(f.value) as value
    from of_their_time as f
    inner join provinces as p on f.period_end = p.day
    where f.level = 'province'
    group by
        f.indicator_code, f.agency_code, f.calendar, f.period_type, f.period_start, f.period_end,
        p.province_count
    having count(*) = p.province_count and bool_and(f.is_of_its_time)
),

today as (
    select
        indicator_code,
        agency_code,
        calendar,
        period_type,
        period_start,
        period_end,
        sum(value) as value
    from figures
    where basis = 'current' and level = 'province'
    group by indicator_code, agency_code, calendar, period_type, period_start, period_end
)

select
    c.indicator_code,
    c.area_key,
    c.period_start,
    c.period_end,
    w.value as value_as_published,
    c.value as value_current
from figures as c
inner join whole_parts as w
    on c.indicator_code = w.indicator_code
    and c.area_key = w.area_key
    and c.agency_code = w.agency_code
    and c.calendar = w.calendar
    and c.period_type = w.period_type
    and c.period_start = w.period_start
    and c.period_end = w.period_end
where c.basis = 'current' and w.is_of_its_time and not c.is_estimated and c.value <> w.value
union all
select
    t.indicator_code,
    'mọi tỉnh',
    t.period_start,
    t.period_end,
    p.value,
    t.value
from today as t
inner join all_provinces as p
    on t.indicator_code = p.indicator_code
    and t.agency_code = p.agency_code
    and t.calendar = p.calendar
    and t.period_type = p.period_type
    and t.period_start = p.period_start
    and t.period_end = p.period_end
where t.value <> p.value
