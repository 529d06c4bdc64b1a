-- The map without a map server: every unit with a figure is a circle at its place on a page of 1000 × 1000 units, over
-- the dots of all the units of its level that existed then, by which a reader knows the country or the province.
with units as (
    select
        r.*,
        d.level,
        d.latitude,
        d.longitude,
        d.parent_key,
        u.area_name as parent_name,
        case
            when d.level = 'province' then 'country' when u.level = 'province' then u.area_key else u.parent_key
        end as frame,
        -- the borders under which all of them existed began with the youngest
        max(d.valid_from) over (partition by r.indicator_code, r.basis, d.level, r.period_end) as as_of,
        -- a share is as weighty as what it is a share of
        abs(coalesce(r.denominator, case when r.area_agg = 'sum' then r.value end)) as weight
    from {{ ref('board_rank') }} as r
    inner join {{ ref('dim_area') }} as d on r.area_key = d.area_key
    left join {{ ref('dim_area') }} as u on d.parent_key = u.area_key
    where r.agency_code = '_all'
      and d.latitude is not null
),

frames as (
    select distinct
        u.frame,
        u.level,
        u.as_of
    from units as u
),

dots as (
    select
        f.frame,
        f.level,
        f.as_of,
        d.area_key,
        d.latitude,
        d.longitude
    from frames as f
    inner join {{ ref('dim_area') }} as d
        on f.level = d.level
        and f.as_of between d.valid_from and coalesce(d.valid_to, date '9999-12-31')
    left join {{ ref('dim_area') }} as u on d.parent_key = u.area_key
    where d.latitude is not null
      and f.frame = case
          when d.level = 'province' then 'country' when u.level = 'province' then u.area_key else u.parent_key
      end
),

-- One scale for both directions; a degree of longitude is shorter than one of latitude by the cosine of the latitude.
boxes as (
    select
        b.*,
        greatest((b.east - b.west) * b.narrowing, b.north - b.south, 0.1) as span
    from (
        select
            d.frame,
            d.level,
            d.as_of,
            cast(min(d.longitude) as double precision) as west,
            cast(max(d.longitude) as double precision) as east,
            cast(min(d.latitude) as double precision) as south,
            cast(max(d.latitude) as double precision) as north,
            cos(radians(cast(min(d.latitude) + max(d.latitude) as double precision) / 2)) as narrowing
        from dots as d
        group by d.frame, d.level, d.as_of
    ) as b
),

drawn as (
    select
        b.frame,
        b.level,
        b.as_of,
        string_agg(
            'M' || cast({{ page_x('d', 'b') }} as text) || ' ' || cast({{ page_y('d', 'b') }} as text) || 'h0', ''
            order by d.area_key
        ) as backdrop
    from boxes as b
    inner join dots as d on b.frame = d.frame and b.level = d.level and b.as_of = d.as_of
    group by b.frame, b.level, b.as_of
),

weighed as (
    select
        u.*,
        {{ page_x('u', 'b') }} as x,
        {{ page_y('u', 'b') }} as y,
        w.backdrop,
        max(u.weight) over (
            partition by u.indicator_code, u.basis, u.level, u.period_end
        ) as greatest_weight,
        row_number() over (
            partition by u.indicator_code, u.basis, u.level, u.period_end
            order by u.weight desc nulls last, u.line asc
        ) as heft
    from units as u
    inner join boxes as b on u.frame = b.frame and u.level = b.level and u.as_of = b.as_of
    inner join drawn as w on u.frame = w.frame and u.level = w.level and u.as_of = w.as_of
),

sized as (
    select
        w.*,
        cast(case
            when w.greatest_weight > 0
                then 8 + round(32 * sqrt(cast(w.weight / w.greatest_weight as double precision)))
            else 16
        end as integer) as radius
    from weighed as w
),

-- The weightiest are named, unless the name would lie on the circle or the name of a weightier one.
named as (
    select
        n.indicator_code,
        n.basis,
        n.level,
        n.period_end,
        n.area_key
    from sized as n
    left join sized as o
        on n.indicator_code = o.indicator_code
        and n.basis = o.basis
        and n.level = o.level
        and n.period_end = o.period_end
        and n.heft > o.heft
        and abs(n.x - o.x) < 150
        and abs(n.y + n.radius + 15 - o.y) < o.radius + case when o.heft <= 6 then 35 else 10 end
    where n.heft <= 6
      and o.area_key is null
)

select
    s.board,
    s.indicator_code,
    s.indicator_name,
    s.domain,
    s.unit,
    s.basis,
    s.basis_name,
    s.calendar,
    s.calendar_name,
    s.area_key,
    s.unit_name,
    s.unit_label,
    cast(s.level as text) as level,
    s.unit_kind,
    cast(s.parent_name as text) as parent_name,
    cast(s.latitude as decimal(7, 4)) as latitude,
    cast(s.longitude as decimal(7, 4)) as longitude,
    cast(s.x as integer) as x,
    cast(s.y as integer) as y,
    s.radius,
    cast(s.heft as integer) as heft,
    cast(case when s.signal = 'none' then s.third else s.signal end as text) as tone,
    cast(n.area_key is not null as boolean) as is_named,
    cast(case when s.heft = 1 then s.backdrop end as text) as backdrop,
    s.period_end,
    s.period_label,
    s.period_choice,
    s.place,
    s.places,
    s.value,
    s.value_text,
    s.parts_text,
    s.yoy_text,
    s.signal,
    s.signal_name,
    s.is_simulated,
    s.publication_id
from sized as s
left join named as n
    on s.indicator_code = n.indicator_code
    and s.basis = n.basis
    and s.level = n.level
    and s.period_end = n.period_end
    and s.area_key = n.area_key
