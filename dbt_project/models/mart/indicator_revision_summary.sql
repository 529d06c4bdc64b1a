-- How far a figure of one status usually moves to the next, per indicator: from each vintage to the
-- vintage after it. What is measured in percent moves in points.
with steps as (
    select
        v.indicator_code,
        v.value,
        v.estimate_status,
        i.name_vi,
        i.domain,
        i.unit <> '%' as is_level,
        lag(v.value) over w as earlier_value,
        lag(v.estimate_status) over w as earlier_status
    from {{ ref('ind_vintage') }} as v
    inner join {{ ref('indicators') }} as i on v.indicator_code = i.code
    where {{ is_printed('v.source_code') }}
    window w as (
        partition by
            v.indicator_code, v.area_key, v.agency_code, v.source_code, v.calendar,
            v.period_type, v.period_start, v.period_end
        order by v.vintage_no
    )
),

moved as (
    select
        s.*,
        case
            when s.is_level then {{ pct_change('s.value', 's.earlier_value', 4) }}
            else s.value - s.earlier_value
        end as move
    from steps as s
    where s.earlier_status is not null
),

counted as (
    select
        m.indicator_code,
        m.name_vi,
        m.domain,
        m.is_level,
        m.earlier_status,
        m.estimate_status,
        count(*) as revisions,
        count(m.move) as measured,
        sum(m.move) as moves,
        sum(abs(m.move)) as sizes,
        count(*) filter (where abs(m.move) <= 1) as small_moves
    from moved as m
    group by m.indicator_code, m.name_vi, m.domain, m.is_level, m.earlier_status, m.estimate_status
)

select
    cast(c.indicator_code as text) as indicator_code,
    cast(c.name_vi as text) as indicator_name,
    cast(c.domain as text) as domain,
    cast(c.earlier_status as text) as from_status,
    cast(c.estimate_status as text) as to_status,
    cast(f.name_vi || ' → ' || t.name_vi as text) as status_step,
    cast(c.revisions as integer) as revisions,
    cast(c.measured as integer) as measured,
    cast(case when c.is_level then '%' else 'điểm %' end as text) as revision_unit,
    cast({{ ratio('c.moves', 'c.measured', 1, 4) }} as decimal(28, 6)) as mean_revision,
    cast({{ ratio('c.sizes', 'c.measured', 1, 4) }} as decimal(28, 6)) as mean_absolute_revision,
    cast({{ ratio('c.small_moves', 'c.measured', 100, 2) }} as decimal(28, 6)) as within_one_pct,
    cast({{ is_simulated() }} as boolean) as is_simulated,
    cast({{ publication_id() }} as bigint) as publication_id
from counted as c
inner join {{ ref('estimate_status') }} as f on c.earlier_status = f.estimate_status
inner join {{ ref('estimate_status') }} as t on c.estimate_status = t.estimate_status
