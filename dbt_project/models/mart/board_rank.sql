-- Agencies and areas beside each other: the newest whole period and the same one of each earlier year. Rank 1 is the best
-- by the direction wanted; of an indicator without one, the largest.
with units as (
    select
        t.*,
        i.direction,
        i.area_agg,
        d.level,
        case when t.agency_code <> '_all' then 'agency' else 'area' end as family,
        case
            when t.agency_code <> '_all' then 'Cơ quan'
            when d.level = 'province' then 'Tỉnh' when d.level = 'district' then 'Huyện' else 'Xã'
        end as unit_kind,
        case when t.agency_code <> '_all' then t.agency_name else t.area_choice end as unit_name,
        case
            when t.agency_code <> '_all' then t.agency_name
            -- many a commune of former times shared its name with one of the next district
            when d.level = 'commune' and d.valid_to is not null then t.area_name || ', ' || u.area_name
            else t.area_name
        end as unit_label
    from {{ ref('board_table') }} as t
    inner join {{ ref('indicators') }} as i on t.indicator_code = i.code
    inner join {{ ref('dim_area') }} as d on t.area_key = d.area_key
    left join {{ ref('dim_area') }} as u on d.parent_key = u.area_key
    where t.value is not null
      and t.calendar <> 'school_year'
      and (t.agency_code <> '_all' or t.area_choice <> 'Toàn địa bàn')
      -- an agency is ranked by its whole, not by the places it works in
      and (t.agency_code = '_all' or t.area_choice = 'Toàn địa bàn')
),

-- Areas of every level share one newest period: a level that ended with its borders has none of today.
dated as (
    select
        u.*,
        max(u.period_end) over (partition by u.indicator_code, u.basis, u.calendar, u.family) as newest_end
    from units as u
),

shown as (
    select
        d.*,
        case when d.period_end = d.newest_end then 'Kỳ mới nhất' else 'Tháng ' || d.period_label end as period_choice
    from dated as d
    where {{ month_of('d.period_end') }} = {{ month_of('d.newest_end') }}
),

ranked as (
    select
        s.*,
        rank() over (
            partition by s.indicator_code, s.basis, s.calendar, s.unit_kind, s.period_end
            order by case when s.direction = 'down' then s.value else -s.value end
        ) as place,
        count(*) over (
            partition by s.indicator_code, s.basis, s.calendar, s.unit_kind, s.period_end
        ) as places,
        max(abs(s.value)) over (
            partition by s.indicator_code, s.basis, s.calendar, s.unit_kind, s.period_end
        ) as greatest
    from shown as s
)

select
    r.board,
    r.indicator_code,
    r.indicator_name,
    r.domain,
    r.unit,
    r.decimals,
    r.basis,
    r.basis_name,
    r.calendar,
    r.calendar_name,
    cast(r.unit_kind as text) as unit_kind,
    cast(r.unit_name as text) as unit_name,
    cast(r.unit_label as text) as unit_label,
    r.area_key,
    r.agency_code,
    r.period_end,
    r.period_label,
    cast(r.period_choice as text) as period_choice,
    cast(r.place as integer) as place,
    cast(r.places as integer) as places,
    cast(row_number() over (
        partition by r.indicator_code, r.basis, r.calendar, r.unit_kind, r.period_end
        order by r.place asc, coalesce(r.denominator, 0) desc, r.unit_name asc
    ) as integer) as line,
    r.value,
    cast({{ vn_number_by('r.value', 'r.decimals') }} as text) as value_text,
    cast(case when r.denominator is not null
        then {{ vn_number('r.numerator', 0) }} || ' / ' || {{ vn_number('r.denominator', 0) }}
    end as text) as parts_text,
    cast(r.numerator as decimal(28, 6)) as numerator,
    cast(r.denominator as decimal(28, 6)) as denominator,
    cast(case
        when (case when r.unit = '%' then r.yoy_abs else r.yoy_pct end) is null then '—'
        else case
                when (case when r.unit = '%' then r.yoy_abs else r.yoy_pct end) > 0 then '▲ '
                when (case when r.unit = '%' then r.yoy_abs else r.yoy_pct end) < 0 then '▼ ' else ''
            end
            || {{ vn_number("abs(case when r.unit = '%' then r.yoy_abs else r.yoy_pct end)", 2) }}
            || case when r.unit = '%' then ' điểm %' else ' %' end
    end as text) as yoy_text,
    cast(case when r.greatest > 0 then round(100 * abs(r.value) / r.greatest) else 0 end as integer) as bar,
    r.signal,
    r.signal_name,
    -- thirds of the ranking, for a map whose indicator has no limits; nothing where no end is better
    cast(case
        when r.direction = 'neutral' or r.places < 3 then 'plain'
        when 3 * (r.place - 1) < r.places then 'first'
        when 3 * (r.place - 1) < 2 * r.places then 'middle'
        else 'last'
    end as text) as third,
    cast(r.area_agg as text) as area_agg,
    r.is_simulated,
    r.publication_id
from ranked as r
