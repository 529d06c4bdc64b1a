-- Comparisons freed from Tết, which always falls between 21 January and 20 February: the first
-- months of the year taken together until that span is covered, and days by their distance from
-- Tết; the plain comparison of the same months and days stands beside them.
with spans as (
    select p.*
    from {{ ref('dim_period') }} as p
    where p.is_cumulative
      and p.period_end between make_date(p.year_no, 2, 20) and make_date(p.year_no, 3, 19)
),

month_periods as (
    select
        s.*,
        'tet_months' as alignment,
        case s.month_no when 2 then 'Tháng 1+2' else 'Tháng 1+2+3' end || ' gộp (khử lệch Tết)'
            as alignment_label
    from spans as s
    union all
    select
        p.*,
        'calendar',
        'Theo lịch (chưa khử lệch Tết)'
    from {{ ref('dim_period') }} as p
    inner join spans as s
        on p.calendar = s.calendar and p.year_no = s.year_no and p.month_no <= s.month_no
    where p.period_type = 'month'
),

day_periods as (
    select
        p.*,
        'tet_day' as alignment,
        case
            when d.tet_day_no between 0 and 9
                then 'Mùng ' || cast(d.tet_day_no + 1 as text) || ' Tết'
            when d.tet_day_no > 9 then cast(d.tet_day_no as text) || ' ngày sau mùng 1 Tết'
            else cast(-d.tet_day_no as text) || ' ngày trước mùng 1 Tết'
        end || ' (so với cùng ngày của Tết trước)' as alignment_label,
        n.first_day + d.tet_day_no as compare_day
    from {{ ref('dim_period') }} as p
    inner join {{ ref('dim_date') }} as d on p.period_start = d.day
    left join {{ ref('lunar_new_year') }} as n
        on n.lunar_year = d.lunar_year - case when d.tet_day_no < 0 then 0 else 1 end
    where p.period_type = 'day' and d.tet_day_no between -30 and 30
),

compared_periods as (
    select
        m.calendar,
        m.period_type,
        m.period_start,
        m.period_end,
        m.period_label,
        m.alignment,
        m.alignment_label,
        m.prior_start as compare_start,
        m.prior_end as compare_end
    from month_periods as m
    union all
    select
        d.calendar,
        d.period_type,
        d.period_start,
        d.period_end,
        d.period_label,
        d.alignment,
        d.alignment_label,
        d.compare_day as compare_start,
        d.compare_day as compare_end
    from day_periods as d
    union all
    select
        d.calendar,
        d.period_type,
        d.period_start,
        d.period_end,
        d.period_label,
        'calendar',
        'Theo lịch (chưa khử lệch Tết)',
        d.prior_start,
        d.prior_end
    from day_periods as d
),

figures as (
    select v.*
    from {{ ref('ind_value') }} as v
    inner join {{ ref('indicators') }} as i on v.indicator_code = i.code
    where i.tet_aligned
),

compared as (
    select
        v.indicator_code,
        v.area_key,
        v.agency_code,
        v.basis,
        c.*,
        v.value,
        v.value_reason,
        p.value as value_last_year,
        p.value_reason as reason_last_year,
        coalesce(v.base_key = p.base_key or v.base_id = p.base_id, false) as is_one_base,
        coalesce(v.is_estimated or p.is_estimated, false) as is_estimated,
        y.yoy_pct as yoy_pct_by_calendar
    from figures as v
    inner join compared_periods as c
        on v.calendar = c.calendar
        and v.period_type = c.period_type
        and v.period_start = c.period_start
        and v.period_end = c.period_end
    left join figures as p
        on v.indicator_code = p.indicator_code
        and v.area_key = p.area_key
        and v.agency_code = p.agency_code
        and v.basis = p.basis
        and v.calendar = p.calendar
        and v.period_type = p.period_type
        and c.compare_start = p.period_start
        and c.compare_end = p.period_end
    -- Where the same dates are compared, the change is the one shown everywhere else.
    left join {{ ref('ind_yoy') }} as y
        on c.alignment <> 'tet_day'
        and v.indicator_code = y.indicator_code
        and v.area_key = y.area_key
        and v.agency_code = y.agency_code
        and v.basis = y.basis
        and v.calendar = y.calendar
        and v.period_type = y.period_type
        and v.period_start = y.period_start
        and v.period_end = y.period_end
),

judged as (
    select
        c.*,
        case
            when c.value is null or c.value_last_year is null or c.value_last_year = 0
                or not c.is_one_base then 'not_comparable'
            when c.is_estimated then 'estimated'
            else 'comparable'
        end as comparability
    from compared as c
),

chosen as (
    select
        j.*,
        cast(case
            when j.alignment <> 'tet_day' then j.yoy_pct_by_calendar
            when j.comparability <> 'not_comparable' then {{ pct_change('j.value', 'j.value_last_year') }}
        end as decimal(28, 6)) as yoy_pct
    from judged as j
)

select
    c.indicator_code,
    c.area_key,
    c.agency_code,
    c.basis,
    c.calendar,
    c.period_type,
    c.period_start,
    c.period_end,
    c.period_label,
    c.alignment,
    c.alignment_label,
    c.compare_start,
    c.compare_end,
    c.value,
    c.value_last_year,
    c.yoy_pct,
    c.comparability,
    case
        when c.yoy_pct is not null then null
        when c.value is null then c.value_reason
        when c.compare_start is null then 'Không có cùng kỳ năm trước'
        when c.value_last_year is null
            then 'Cùng kỳ năm trước: ' || coalesce(c.reason_last_year, 'kho chưa có số liệu')
        when c.value_last_year = 0 then 'Không tính được: cùng kỳ năm trước bằng 0'
        when not c.is_one_base then 'Hai kỳ thuộc hai gốc số liệu khác nhau'
        else 'Không tính được thay đổi phần trăm'
    end as reason
from chosen as c
