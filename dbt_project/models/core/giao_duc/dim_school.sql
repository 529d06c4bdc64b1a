{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Each school as the newest list tells it.
select distinct on (s.school_code)
    s.school_code,
    s.school_name,
    s.level,
    s.ownership,
    s.province_code,
    s.commune_code,
    p.area_key,
    s.standard_level,
    s.term_code as newest_term,
    s.known_at
from {{ ref('school_version') }} as s
inner join {{ ref('school_term') }} as t on s.term_code = t.term_code
inner join {{ ref('school_place') }} as p on t.school_year = p.school_year and s.school_code = p.school_code
where s.known_to is null and not s.is_deleted
order by s.school_code asc, t.period_end desc, s.known_at desc
