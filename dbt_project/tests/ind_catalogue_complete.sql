-- Every indicator has its measures or awaits the system that will bring them, exactly one of
-- both; every measure of the seed serves an indicator or is its plan.
with parts as (
    select
        i.code,
        i.awaits_system is not null as is_awaiting,
        n.measure_code is not null
        and (i.denominator is null or d.measure_code is not null) as is_measured,
        i.kind = 'ratio' and i.denominator is null as lacks_denominator
    from {{ ref('indicators') }} as i
    left join {{ ref('msr_measure') }} as n on i.numerator = n.measure_code and not n.is_awaited
    left join {{ ref('msr_measure') }} as d on i.denominator = d.measure_code and not d.is_awaited
)

select
    code as missing,
    'chỉ tiêu không có chỉ số đo và cũng không chờ hệ thống nào' as reason
from parts
where not is_measured and not is_awaiting
union all
select
    code,
    'chỉ tiêu đã có chỉ số đo, không còn chờ hệ thống: xóa awaits_system'
from parts
where is_measured and is_awaiting
union all
select
    code,
    'tỷ lệ thiếu mẫu số'
from parts
where lacks_denominator
union all
select
    m.measure_code,
    'chỉ số đo không được chỉ tiêu nào dùng'
from {{ ref('measures') }} as m
where not exists (
    select 1
    from {{ ref('indicators') }} as i
    where m.measure_code in (i.numerator, i.denominator)
)
  and not exists (
    select 1
    from {{ ref('plan_targets') }} as t
    where m.measure_code = t.plan_measure
)
