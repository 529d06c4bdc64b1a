-- The value known now of every indicator for every period of its spine, one source a key.
with valued as (
    select
        i.code as indicator_code,
        n.area_key,
        n.agency_code,
        n.source_code,
        n.calendar,
        n.period_type,
        n.period_start,
        n.period_end,
        cast(
            case when i.kind = 'ratio' then {{ ratio('n.value', 'd.value', 'i.factor', 'i.decimals') }}
                else n.value end as decimal(28, 6)
        ) as value,
        case when i.kind = 'ratio' then n.value end as numerator,
        case when i.kind = 'ratio' then d.value end as denominator,
        case when i.kind = 'ratio' and ds.status_rank < ns.status_rank then d.estimate_status
            else n.estimate_status end as estimate_status,
        case when i.kind = 'ratio' then greatest(n.known_from, d.known_from)
            else n.known_from end as known_from,
        case when i.kind = 'ratio' then n.source_ref || ' ÷ ' || d.source_ref
            else n.source_ref end as source_ref,
        case when i.kind = 'ratio' then n.base_id + d.base_id - 1 else n.base_id end as base_id,
        case
            when n.value is null then n.value_reason
            when i.kind = 'ratio' and d.value is null
                then coalesce('Mẫu số: ' || d.value_reason, 'Mẫu số: chưa có số liệu')
            when i.kind = 'ratio' and d.value = 0 then 'Không tính được: mẫu số bằng 0'
        end as value_reason
    from {{ ref('indicators') }} as i
    inner join {{ ref('ind_measure_value') }} as n
        on i.numerator = n.measure_code and i.calendar = n.calendar
    left join {{ ref('ind_measure_value') }} as d
        on i.denominator = d.measure_code
        and n.area_key = d.area_key
        and n.agency_code = d.agency_code
        and n.source_code = d.source_code
        and n.calendar = d.calendar
        and n.period_type = d.period_type
        and n.period_start = d.period_start
        and n.period_end = d.period_end
    left join {{ ref('estimate_status') }} as ns on n.estimate_status = ns.estimate_status
    left join {{ ref('estimate_status') }} as ds on d.estimate_status = ds.estimate_status
    where (i.valid_from is null or n.period_end >= i.valid_from)
      and (i.valid_to is null or n.period_start <= i.valid_to)
),

complete as (
    select
        v.*,
        t.vintage_no,
        row_number() over (
            partition by
                v.indicator_code, v.area_key, v.agency_code, v.calendar,
                v.period_type, v.period_start, v.period_end
            order by case when v.value is null then 1 else 0 end, v.source_code
        ) as pick
    from valued as v
    left join {{ ref('ind_vintage') }} as t
        on v.indicator_code = t.indicator_code
        and v.area_key = t.area_key
        and v.agency_code = t.agency_code
        and v.source_code = t.source_code
        and v.calendar = t.calendar
        and v.period_type = t.period_type
        and v.period_start = t.period_start
        and v.period_end = t.period_end
        and t.known_to is null
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
    case when c.value is not null then c.numerator end as numerator,
    case when c.value is not null then c.denominator end as denominator,
    case when c.value is not null then c.estimate_status end as estimate_status,
    case when c.value is not null then c.vintage_no end as vintage_no,
    case when c.value is not null then c.known_from end as known_from,
    case when c.value is not null then c.source_ref end as source_ref,
    case when c.value is not null then c.base_id end as base_id,
    c.value_reason
from complete as c
where c.pick = 1
