{{ config(tags=['source_quan_trac'], materialized='view') }}

-- The limits that hold at each station: those of its use and column, the concentrations of waste
-- water times its factor (Kq × Kf of QCVN 40:2011).
select
    s.station_code,
    l.parameter_code,
    l.averaging,
    l.minimum,
    cast(case when l.is_scaled then l.maximum * s.limit_factor else l.maximum end as decimal(28, 6)) as maximum,
    l.regulation,
    l.valid_from,
    l.valid_to
from {{ ref('stations') }} as s
inner join {{ ref('environment_limits') }} as l
    on s.medium_use = l.medium_use and coalesce(s.limit_column, '') = coalesce(l.limit_column, '')
