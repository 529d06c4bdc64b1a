{#- `bridge_area_sql(units, crosswalk)`: which units of today carry on an old unit, and with what
    share, through as many events as there were.
    Args:
        units: relation with area_key, level and valid_to (null: valid today).
        crosswalk: relation with old_key, new_key, weight, weight_kind, is_estimated; the weights of
            one old_key sum to 1, and no unit comes back to one it came from.
    Rows: old_area_key, area_key, weight, weight_before, is_last, weight_kind, is_estimated,
        event_count, old_level, level. A unit valid today carries on itself. The weights of an old
        unit sum to exactly 1: each product is cut to nine places, and the last target, by key,
        takes what is left.
    A kind that stands for several is the weakest: count, then population, then area, then whole. -#}
{% macro bridge_area_sql(units, crosswalk) -%}
    {%- set kinds = ['whole', 'area', 'population', 'count'] -%}
    with recursive paths (old_area_key, area_key, share, kind_no, is_estimated, event_count) as (
        select
            u.area_key,
            u.area_key,
            cast(1 as decimal(28, 18)),
            0,
            false,
            0
        from {{ units }} as u
        union all
        select
            p.old_area_key,
            x.new_key,
            cast(p.share * cast(x.weight as decimal(10, 9)) as decimal(28, 18)),
            greatest(p.kind_no, case x.weight_kind {% for kind in kinds %}
                when '{{ kind }}' then {{ loop.index0 }} {% endfor %} end),
            p.is_estimated or x.is_estimated,
            p.event_count + 1
        from paths as p
        inner join {{ crosswalk }} as x on p.area_key = x.old_key
    ),

    -- two ways to one unit are one share
    arrivals as (
        select
            p.old_area_key,
            p.area_key,
            o.level as old_level,
            u.level,
            cast(trunc(sum(p.share), 9) as decimal(10, 9)) as share,
            max(p.kind_no) as kind_no,
            bool_or(p.is_estimated) as is_estimated,
            max(p.event_count) as event_count
        from paths as p
        inner join {{ units }} as u on p.area_key = u.area_key and u.valid_to is null
        inner join {{ units }} as o on p.old_area_key = o.area_key
        group by p.old_area_key, p.area_key, o.level, u.level
    ),

    -- by bytes: PostgreSQL's own order follows the server's language
    ordered as (
        select
            a.*,
            cast(coalesce(sum(a.share) over (
                partition by a.old_area_key order by a.area_key collate "C"
                rows between unbounded preceding and 1 preceding
            ), 0) as decimal(10, 9)) as weight_before,
            row_number() over (
                partition by a.old_area_key order by a.area_key collate "C" desc
            ) = 1 as is_last
        from arrivals as a
    )

    select
        o.old_area_key,
        o.area_key,
        cast(case when o.is_last then 1 - o.weight_before else o.share end as decimal(10, 9))
            as weight,
        o.weight_before,
        o.is_last,
        case o.kind_no {% for kind in kinds %}
            when {{ loop.index0 }} then '{{ kind }}' {% endfor %} end as weight_kind,
        o.is_estimated,
        o.event_count,
        o.old_level,
        o.level
    from ordered as o
{%- endmacro %}
