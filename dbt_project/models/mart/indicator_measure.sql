-- What an indicator is made of: the measure it takes over, or the two it divides, and the change
-- that its source publishes beside it.
with parts as (
    select
        i.code as indicator_code,
        case when i.kind = 'ratio' then 'numerator' else 'value' end as part,
        i.numerator as measure_code
    from {{ ref('indicators') }} as i
    union all
    select
        i.code,
        'denominator',
        i.denominator
    from {{ ref('indicators') }} as i
    where i.kind = 'ratio'
    union all
    select
        i.code,
        'change',
        m.measure_code
    from {{ ref('indicators') }} as i
    inner join {{ ref('msr_measure') }} as m
        on i.numerator = m.change_of and m.change_kind = 'yoy' and i.numerator <> m.measure_code
    where i.kind <> 'ratio'
)

select
    cast(p.indicator_code as text) as indicator_code,
    cast(p.part as text) as part,
    cast(p.measure_code as text) as measure_code,
    cast(m.measure_name as text) as measure_name,
    cast(m.unit as text) as unit,
    cast({{ is_simulated() }} as boolean) as is_simulated,
    cast({{ publication_id() }} as bigint) as publication_id
from parts as p
inner join {{ ref('msr_measure') }} as m on p.measure_code = m.measure_code
