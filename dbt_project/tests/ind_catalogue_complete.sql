-- Every indicator has its measures and every measure of the seed serves an indicator.
select
    i.code as missing,
    'chỉ tiêu không có chỉ số đo ' || i.numerator as reason
from {{ ref('indicators') }} as i
left join {{ ref('msr_measure') }} as m on i.numerator = m.measure_code
where m.measure_code is null
union all
select
    i.code,
    'tỷ lệ thiếu mẫu số hoặc mẫu số không tồn tại'
from {{ ref('indicators') }} as i
left join {{ ref('msr_measure') }} as m on i.denominator = m.measure_code
where i.kind = 'ratio' and m.measure_code is null
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
