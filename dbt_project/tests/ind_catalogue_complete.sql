-- Every indicator has its measures, every measure in use is fed by a binding, and every published
-- change speaks of a measure that exists.
select i.code as missing, 'chỉ tiêu không có chỉ số đo ' || i.numerator as reason
from {{ ref('indicators') }} as i
left join {{ ref('measures') }} as m on m.measure_code = i.numerator
where m.measure_code is null
union all
select i.code, 'tỷ lệ thiếu mẫu số hoặc mẫu số không tồn tại'
from {{ ref('indicators') }} as i
left join {{ ref('measures') }} as m on m.measure_code = i.denominator
where i.kind = 'ratio' and m.measure_code is null
union all
select m.measure_code, 'chỉ số đo không có nguồn nào trong measures_binding'
from {{ ref('measures') }} as m
left join {{ ref('measures_binding') }} as b on b.measure_code = m.measure_code
where b.measure_code is null
union all
select m.measure_code, 'chỉ số đo không được chỉ tiêu nào dùng'
from {{ ref('measures') }} as m
where not exists (
    select 1 from {{ ref('indicators') }} as i
    where m.measure_code in (i.numerator, i.denominator)
       or (m.change_of in (i.numerator, i.denominator))
)
