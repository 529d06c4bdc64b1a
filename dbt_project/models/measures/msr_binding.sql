{{ config(tags=['reference']) }}
-- Which printed column feeds which measure. One line of measures.csv binds a series; what its
-- columns are follows from the kind of the measure:
--   level: the value itself, the value of last year printed beside it (a later word on last year's
--          period, so a vintage of that period), and the published changes as measures of their own;
--   yoy, mom: the published change, 108.96 taken over as 8.96;
--   share, plan_pct: the published share of the total, or percent of the year's plan;
--   plan: the plan of the year itself.
with roles as (
    select r.*
    from (values
        ('level', 'value', '', 0, 'level'),
        ('level', 'prior_year_value', '', 1, 'level'),
        ('level', 'yoy_index', '_yoy_published', 0, 'index_to_pct'),
        ('level', 'mom_index', '_mom_published', 0, 'index_to_pct'),
        ('yoy', 'yoy_index', '', 0, 'index_to_pct'),
        ('mom', 'mom_index', '', 0, 'index_to_pct'),
        ('share', 'share', '', 0, 'level'),
        ('plan_pct', 'plan_pct', '', 0, 'level'),
        ('plan', 'value', '', 0, 'level')
    ) as r (kind, role, suffix, years_back, transform)
)

select
    m.source_code,
    m.series_code,
    r.role,
    m.grain,
    m.unit,
    m.measure_code || r.suffix as measure_code,
    r.years_back,
    r.transform
from {{ ref('measures') }} as m
inner join roles as r on m.kind = r.kind
