-- The figures of the field boards: one line per indicator, area, agency, borders and period of the indicator's own
-- calendar. What is still being counted is no whole period and stands nowhere here.
with figures as (
    select
        y.*,
        o.board,
        o.board_name,
        case d.level when 'country' then 0 when 'province' then 1 when 'district' then 2 else 3 end as depth,
        case
            when d.valid_to is null then d.area_name
            when d.level = 'commune' then d.area_name || ' (' || u.area_name || ', đến ' || {{ vn_day('d.valid_to') }} || ')'
            else d.area_name || ' (đến ' || {{ vn_day('d.valid_to') }} || ')'
        end as area_label,
        case y.agency_code
            when '_all' then 'Tất cả cơ quan' else coalesce(a.agency_name, y.agency_code)
        end as agency_name
    from {{ ref('indicator_yoy') }} as y
    inner join {{ ref('indicators') }} as i on y.indicator_code = i.code
    inner join {{ ref('boards') }} as o on y.domain = o.domain
    inner join {{ ref('dim_area') }} as d on y.area_key = d.area_key
    left join {{ ref('dim_area') }} as u on d.parent_key = u.area_key
    left join {{ ref('dim_agency') }} as a on y.agency_code = a.agency_code
    where not {{ is_still_counted('y') }}
      and {{ is_board_row('i', 'y') }}
),

-- An indicator's whole: the one area of its widest level. Its name differs from province to province.
widest as (
    select
        w.*,
        min(w.depth) over (partition by w.indicator_code, w.basis, w.calendar) as top_depth,
        count(*) over (
            partition by w.indicator_code, w.basis, w.calendar, w.agency_code, w.period_type, w.period_start,
            w.period_end, w.depth
        ) as peers,
        case when w.value is not null then max(case when w.value is not null then w.period_end end) over (
            partition by w.indicator_code, w.basis, w.calendar, w.agency_code, w.area_key
        ) end as newest_end
    from figures as w
),

placed as (
    select
        p.*,
        p.depth = p.top_depth and max(p.peers) over (
            partition by p.indicator_code, p.basis, p.calendar, p.agency_code, p.depth
        ) = 1 as is_whole,
        row_number() over (
            partition by p.indicator_code, p.basis, p.calendar, p.agency_code, p.area_key
            order by case when p.period_end = p.newest_end then 0 else 1 end, {{ axis_no('p') }} desc
        ) as pick
    from widest as p
)

select
    cast(f.board as text) as board,
    cast(f.board_name as text) as board_name,
    f.indicator_code,
    f.indicator_name,
    f.domain,
    f.unit,
    f.decimals,
    cast(f.basis as text) as basis,
    cast({{ basis_name('f.basis') }} as text) as basis_name,
    cast(f.calendar as text) as calendar,
    cast({{ calendar_name('f.calendar') }} as text) as calendar_name,
    f.area_key,
    f.area_name,
    cast(case when f.is_whole then 'Toàn địa bàn' else f.area_label end as text) as area_choice,
    cast(f.agency_code as text) as agency_code,
    cast(f.agency_name as text) as agency_name,
    cast({{ axis_year('f') }} as text) as year,
    cast({{ axis_no('f') }} as integer) as axis_no,
    cast(case
        when f.calendar <> 'school_year' then 'Tháng ' || lpad(cast({{ axis_no('f') }} as text), 2, '0')
        else case {{ axis_no('f') }} when 1 then 'Học kỳ I' when 2 then 'Học kỳ II' else 'Năm học' end
    end as text) as axis_label,
    cast(make_date({{ year_of('f.period_end') }}, {{ month_of('f.period_end') }}, 1) as date) as period_start,
    cast(f.period_end as date) as period_end,
    cast(case when f.calendar = 'school_year' then f.period_label else {{ month_label('f.period_end') }} end as text)
        as period_label,
    cast(f.newest_end is not null and f.period_end = f.newest_end and f.pick = 1 as boolean) as is_newest,
    f.value,
    f.numerator,
    f.denominator,
    f.value_same_period_last_year,
    f.yoy_abs,
    f.yoy_pct,
    f.yoy_pct_published,
    f.yoy_pct_computed,
    f.yoy_source,
    f.comparability,
    f.value_previous_period,
    f.mom_pct,
    f.ytd_value,
    f.ytd_yoy_pct,
    f.plan_pct,
    f.signal,
    cast({{ signal_name('f.signal') }} as text) as signal_name,
    f.estimate_status,
    cast(s.name_vi as text) as estimate_status_vi,
    f.value_reason,
    f.source_code,
    f.source_ref,
    f.is_simulated,
    f.publication_id
from placed as f
left join {{ ref('estimate_status') }} as s on f.estimate_status = s.estimate_status
