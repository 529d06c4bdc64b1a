{#- The share of an old unit's figure that falls to one of today's units: the difference of two
    rounded running shares, and the rest for the last target, so that the shares of one figure
    always add up to it, to the last of its six decimals. -#}
{% macro carried_share(value, part) -%}
    cast(
        case when {{ part }}.is_last then {{ value }}
            else round({{ value }} * cast({{ part }}.weight_before + {{ part }}.weight as decimal(10, 9)), 6) end
        - round({{ value }} * {{ part }}.weight_before, 6) as decimal(28, 6)
    )
{%- endmacro %}

{#- Where a carried figure stands in its sources: every cell, each with its weight unless that is 1. -#}
{% macro carried_ref(source_ref, part) -%}
    string_agg(
        case when {{ part }}.weight = 1 then {{ source_ref }}
            else replace({{ source_ref }}, ' + ', ' × ' || cast({{ part }}.weight as text) || ' + ')
                || ' × ' || cast({{ part }}.weight as text) end,
        ' + ' order by {{ part }}.old_area_key
    )
{%- endmacro %}

{#- Figures on today's units, as a query.

    Borders move at days, and a unit whose borders move gets a new key; between two such days a
    unit of today is covered by one tiling of the units of that time, and since the last by
    itself. A figure of a period comes from the newest tiling of which every part has a value: the
    unit's own figure where it was published, else the sum of its parts. Where no tiling is whole,
    the figure is missing, and the tiling in force at the end of the period says which parts lack
    it. Units of one level make one tiling (districts cover a province once more), and those of
    the unit's own level stand first. What is not additive (area_agg none) is carried only from a
    unit that was the whole of today's: one that got another name. A ratio is divided once, from
    its carried parts.

    figures: indicator_code, kind, area_agg, factor, decimals, area_key, agency_code, source_code,
        calendar, period_type, period_start, period_end, value, numerator, denominator,
        numerator_ref, denominator_ref, status_rank, vintage_no, known_from, base_id, value_reason.
    bridge: as core.bridge_area. areas: area_key, area_name, level, valid_from, valid_to. -#}
{% macro carry(figures, bridge, areas) %}
{%- set open_end = "date '9999-12-31'" -%}
{%- set has_value = "f.numerator is not null and (w.kind <> 'ratio' or f.denominator is not null)" -%}
with days as (
    select distinct
        b.area_key,
        a.level,
        coalesce(a.valid_to, {{ open_end }}) as last_day
    from {{ bridge }} as b
    inner join {{ areas }} as a on b.old_area_key = a.area_key
),

tiles as (
    select
        d.last_day,
        d.level = own.level as is_own_level,
        d.level,
        b.area_key,
        b.old_area_key,
        b.weight,
        b.weight_before,
        b.is_last,
        a.area_name,
        b.weight = 1 and count(*) over (partition by d.area_key, d.last_day, d.level) = 1
            as is_the_same
    from days as d
    inner join {{ areas }} as own on d.area_key = own.area_key
    inner join {{ bridge }} as b on d.area_key = b.area_key
    inner join {{ areas }} as a
        on b.old_area_key = a.area_key
        and d.level = a.level
        and coalesce(a.valid_from, d.last_day) <= d.last_day
        and coalesce(a.valid_to, {{ open_end }}) >= d.last_day
),

-- On most units only the unit itself has ever published: its figures stand as they are.
reached as (
    select
        f.indicator_code,
        t.area_key,
        min(f.area_key) = t.area_key and max(f.area_key) = t.area_key as is_alone
    from (select distinct indicator_code, area_agg, area_key from {{ figures }}) as f
    inner join tiles as t
        on f.area_key = t.old_area_key
        and (f.area_agg <> 'none' or t.is_the_same)
    group by f.indicator_code, t.area_key
),

wanted as (
    select distinct
        f.indicator_code,
        f.kind,
        f.area_agg,
        f.factor,
        f.decimals,
        t.area_key,
        t.level,
        f.agency_code,
        f.calendar,
        f.period_type,
        f.period_start,
        f.period_end
    from {{ figures }} as f
    inner join tiles as t
        on f.area_key = t.old_area_key
        and (f.area_agg <> 'none' or t.is_the_same)
    inner join reached as r
        on f.indicator_code = r.indicator_code
        and t.area_key = r.area_key
        and not r.is_alone
),

covered as (
    select
        w.indicator_code,
        w.kind,
        w.factor,
        w.decimals,
        w.area_key,
        w.agency_code,
        w.calendar,
        w.period_type,
        w.period_start,
        w.period_end,
        t.last_day,
        t.is_own_level,
        t.level,
        min(t.old_area_key) = w.area_key and max(t.old_area_key) = w.area_key as is_own,
        max(case when t.is_the_same then t.old_area_key end) as same_area_key,
        max(case when {{ has_value }} then 0 else 1 end) = 0 as is_whole,
        string_agg(
            case when not coalesce({{ has_value }}, false) then t.area_name end, ', '
            order by t.old_area_key
        ) as lacking,
        sum({{ carried_share('f.numerator', 't') }}) as numerator,
        sum({{ carried_share('f.denominator', 't') }}) as denominator,
        {{ carried_ref('f.numerator_ref', 't') }} as numerator_ref,
        {{ carried_ref('f.denominator_ref', 't') }} as denominator_ref,
        string_agg(distinct f.source_code, ' + ' order by f.source_code) as source_code,
        min(f.status_rank) as status_rank,
        max(f.vintage_no) as vintage_no,
        max(f.known_from) as known_from,
        case when min(f.base_id) = max(f.base_id) then min(f.base_id) end as base_id,
        string_agg(f.area_key || ':' || cast(f.base_id as text), ' ' order by f.area_key) as base_key,
        max(case when t.weight = 1 then 0 else 1 end) = 1 as is_estimated,
        max(f.value_reason) as value_reason
    from wanted as w
    inner join tiles as t
        on w.area_key = t.area_key
        and w.level = t.level
        and (w.area_agg <> 'none' or t.is_the_same)
    left join {{ figures }} as f
        on w.indicator_code = f.indicator_code
        and t.old_area_key = f.area_key
        and w.agency_code = f.agency_code
        and w.calendar = f.calendar
        and w.period_type = f.period_type
        and w.period_start = f.period_start
        and w.period_end = f.period_end
    group by
        w.indicator_code, w.kind, w.factor, w.decimals, w.area_key, w.agency_code,
        w.calendar, w.period_type, w.period_start, w.period_end, t.last_day, t.is_own_level, t.level
),

ranked as (
    select
        c.*,
        row_number() over (
            partition by
                c.indicator_code, c.area_key, c.agency_code, c.calendar,
                c.period_type, c.period_start, c.period_end
            order by
                case when c.is_whole then 0 else 1 end,
                case when c.is_own_level then 0 else 1 end,
                case when c.is_whole then c.last_day end desc nulls last,
                case when c.last_day >= c.period_end then 0 else 1 end,
                c.last_day,
                c.level
        ) as pick
    from covered as c
),

chosen as (
    select
        r.indicator_code,
        r.kind,
        r.area_key,
        r.agency_code,
        r.source_code,
        r.calendar,
        r.period_type,
        r.period_start,
        r.period_end,
        cast(case
            when r.is_whole and r.kind = 'ratio'
                then {{ ratio('r.numerator', 'r.denominator', 'r.factor', 'r.decimals') }}
            when r.is_whole then r.numerator
        end as decimal(28, 6)) as value,
        cast(r.numerator as decimal(28, 6)) as numerator,
        cast(r.denominator as decimal(28, 6)) as denominator,
        r.numerator_ref,
        r.denominator_ref,
        coalesce(r.same_area_key, r.area_key) as figure_area_key,
        r.status_rank,
        case when r.is_own then r.vintage_no end as vintage_no,
        r.known_from,
        r.base_id,
        r.base_key,
        r.is_estimated,
        case
            when r.same_area_key is not null and r.value_reason is not null then r.value_reason
            when r.is_whole then 'Không tính được: mẫu số bằng 0'
            else 'Không quy về địa giới hiện nay được: chưa có số liệu của ' || r.lacking
        end as value_reason
    from ranked as r
    where r.pick = 1
    union all
    select
        f.indicator_code,
        f.kind,
        f.area_key,
        f.agency_code,
        f.source_code,
        f.calendar,
        f.period_type,
        f.period_start,
        f.period_end,
        f.value,
        f.numerator,
        f.denominator,
        f.numerator_ref,
        f.denominator_ref,
        f.area_key,
        f.status_rank,
        f.vintage_no,
        f.known_from,
        f.base_id,
        f.area_key || ':' || cast(f.base_id as text),
        false,
        f.value_reason
    from {{ figures }} as f
    inner join reached as r
        on f.indicator_code = r.indicator_code
        and f.area_key = r.area_key
        and r.is_alone
)

select
    c.indicator_code,
    c.area_key,
    c.agency_code,
    c.source_code,
    c.calendar,
    c.period_type,
    c.period_start,
    c.period_end,
    c.value,
    case when c.kind = 'ratio' and c.value is not null then c.numerator end as numerator,
    case when c.kind = 'ratio' and c.value is not null then c.denominator end as denominator,
    case when c.value is not null then c.status_rank end as status_rank,
    case when c.value is not null then c.vintage_no end as vintage_no,
    case when c.value is not null then c.known_from end as known_from,
    case when c.value is not null then
        c.numerator_ref || case when c.kind = 'ratio' then ' ÷ ' || c.denominator_ref else '' end
    end as source_ref,
    case when c.value is not null then c.base_id end as base_id,
    case when c.value is not null then c.base_key end as base_key,
    case when c.value is null then c.value_reason end as value_reason,
    c.figure_area_key,
    c.is_estimated
from chosen as c
{% endmacro %}
