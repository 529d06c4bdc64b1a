{{ config(tags=['reference']) }}
-- Every measure: those of measures.csv, those a line of the catalogue still awaits (a document can
-- report them before their system does) and, for a level, its published changes.
with declared as (
    select
        measure_code,
        name_vi,
        unit,
        kind,
        time_agg,
        base_break_pct,
        false as is_awaited
    from {{ ref('measures') }}
    union all
    select
        i.numerator,
        i.name_vi,
        i.unit,
        case
            when i.kind <> 'published_index' then 'level'
            when i.base_period = 'cùng kỳ năm trước = 100' then 'yoy'
            else 'share'
        end,
        case when i.time_agg = 'sum' then 'sum' else 'none' end,
        cast(null as decimal(10, 4)),
        true
    from {{ ref('indicators') }} as i
    where i.awaits_system is not null and i.kind <> 'ratio'
    union all
    select
        measure_code,
        name_vi,
        unit,
        'level',
        'none',
        cast(null as decimal(10, 4)),
        true
    from {{ ref('awaited_measures') }}
),

-- A measure bound to several series has one name.
named as (
    select
        d.*,
        min(d.name_vi) over (partition by d.measure_code) as measure_name
    from declared as d
)

select distinct
    d.measure_code,
    d.measure_name,
    d.unit,
    case when d.kind in ('yoy', 'mom') then d.measure_code end as change_of,
    case when d.kind in ('yoy', 'mom') then d.kind end as change_kind,
    d.time_agg,
    d.base_break_pct,
    d.is_awaited
from named as d
union all
select distinct
    d.measure_code || '_' || c.change_kind || '_published',
    d.measure_name || ' – thay đổi so với ' || c.compared_with || ', như công bố',
    '%',
    d.measure_code,
    c.change_kind,
    'none',
    cast(null as decimal(10, 4)),
    d.is_awaited
from named as d
cross join (values ('yoy', 'cùng kỳ'), ('mom', 'kỳ trước')) as c (change_kind, compared_with)
where d.kind = 'level'
