-- What a plan of the year is held against at the end of each month: the running total of a flow,
-- the level of anything else. The first month is its own running total.
with candidates as (
    select
        v.indicator_code,
        v.area_key,
        v.agency_code,
        v.calendar,
        v.basis,
        d.year_no,
        d.month_no,
        v.period_end,
        v.value,
        v.base_key,
        v.estimate_status,
        v.known_from,
        v.source_ref,
        v.value_reason,
        i.kind = 'flow' as is_flow,
        row_number() over (
            partition by
                v.indicator_code, v.area_key, v.agency_code, v.basis, v.calendar, v.period_end
            order by
                case when v.value is null then 1 else 0 end,
                case when v.period_type = 'month' then 1 else 0 end
        ) as pick
    from {{ ref('ind_value') }} as v
    inner join {{ ref('indicators') }} as i on v.indicator_code = i.code and v.calendar = i.calendar
    inner join {{ ref('dim_period') }} as d
        on v.calendar = d.calendar
        and v.period_type = d.period_type
        and v.period_start = d.period_start
        and v.period_end = d.period_end
    where v.indicator_code in (select t.indicator_code from {{ ref('plan_targets') }} as t)
      and case
          when i.kind <> 'flow' and i.period_grain = 'month' then v.period_type = 'month'
          else d.is_cumulative or (v.period_type = 'month' and d.month_no = 1)
      end
)

select
    c.indicator_code,
    c.area_key,
    c.agency_code,
    c.calendar,
    c.basis,
    c.year_no,
    c.month_no,
    c.period_end,
    c.value,
    c.base_key,
    c.estimate_status,
    c.known_from,
    c.source_ref,
    c.value_reason,
    c.is_flow
from candidates as c
where c.pick = 1
