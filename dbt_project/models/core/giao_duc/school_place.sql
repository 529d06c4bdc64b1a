{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Where each school lay in a school year, on the borders of the end of its terms, and its level: by
-- the newest word of that year.
select distinct on (t.school_year, s.school_code)
    t.school_year,
    s.school_code,
    s.level,
    a.area_key
from {{ ref('school_version') }} as s
inner join {{ ref('school_term') }} as t on s.term_code = t.term_code
left join {{ ref('dim_area') }} as a
    on a.level = 'province' and s.province_code = a.area_code
    and t.period_end between coalesce(a.valid_from, t.period_end) and coalesce(a.valid_to, t.period_end)
where s.known_to is null
order by t.school_year asc, s.school_code asc, t.period_end desc, s.known_at desc
