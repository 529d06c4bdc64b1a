-- The value known now of every indicator for every period of its spine, on the unit that published
-- it: one source a key, by source_priority. The parts of a ratio stay beside it undivided, so that
-- they can be carried onto other borders.
with priorities as (
    select
        coalesce(indicator_code, '') as indicator_code,
        source_code,
        priority
    from {{ ref('source_priority') }}
),

valued as (
    select
        i.code as indicator_code,
        i.kind,
        i.area_agg,
        i.factor,
        i.decimals,
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
        n.value as numerator,
        d.value as denominator,
        n.source_ref as numerator_ref,
        d.source_ref as denominator_ref,
        case when i.kind = 'ratio' and ds.status_rank < ns.status_rank then d.estimate_status
            else n.estimate_status end as estimate_status,
        case when i.kind = 'ratio' then greatest(n.known_from, d.known_from)
            else n.known_from end as known_from,
        case when i.kind = 'ratio' then n.base_id + d.base_id - 1 else n.base_id end as base_id,
        case
            when n.value is null then n.value_reason
            when i.kind = 'ratio' and d.value is null
                then coalesce('Mẫu số: ' || d.value_reason, 'Mẫu số: chưa có số liệu')
            when i.kind = 'ratio' and d.value = 0 then 'Không tính được: mẫu số bằng 0'
        end as value_reason
    from {{ ref('indicators') }} as i
    inner join {{ ref('ind_measure_value') }} as n
        on i.numerator = n.measure_code and {{ in_calendar('i', 'n') }}
    inner join {{ ref('dim_area') }} as a on n.area_key = a.area_key
    left join {{ ref('ind_measure_value') }} as d
        on i.kind = 'ratio'
        and i.denominator = d.measure_code
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
      -- nothing is missing from a unit in periods before it began or after it ended
      and (
          n.value is not null
          or (n.period_end >= coalesce(a.valid_from, n.period_end) and n.period_start <= coalesce(a.valid_to, n.period_start))
      )
),

complete as (
    select
        v.*,
        t.vintage_no,
        row_number() over (
            partition by
                v.indicator_code, v.area_key, v.agency_code, v.calendar,
                v.period_type, v.period_start, v.period_end
            order by
                case when v.value is null then 1 else 0 end,
                coalesce(own.priority, any_indicator.priority, 1000),
                v.source_code
        ) as pick
    from valued as v
    left join priorities as own
        on v.source_code = own.source_code and v.indicator_code = own.indicator_code
    left join priorities as any_indicator
        on v.source_code = any_indicator.source_code and any_indicator.indicator_code = ''
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
    c.kind,
    c.area_agg,
    c.factor,
    c.decimals,
    c.area_key,
    c.agency_code,
    c.source_code,
    c.calendar,
    c.period_type,
    c.period_start,
    c.period_end,
    c.value,
    c.numerator,
    c.denominator,
    c.numerator_ref,
    c.denominator_ref,
    c.estimate_status,
    c.vintage_no,
    c.known_from,
    c.base_id,
    c.value_reason
from complete as c
where c.pick = 1
