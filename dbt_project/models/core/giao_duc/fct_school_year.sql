{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Each school in each term as it is now; a school without a list of classes has not reported.
with classes as (
    select
        c.term_code,
        c.school_code,
        cast(count(*) as integer) as class_count,
        cast(sum(c.class_size) as integer) as listed_pupils
    from {{ ref('class_version') }} as c
    where c.known_to is null and not c.is_deleted
    group by c.term_code, c.school_code
),

pupils as (
    select
        f.term_code,
        f.school_code,
        cast(sum(f.pupils_at_start) as integer) as pupils_at_start,
        cast(sum(f.pupil_count) as integer) as pupil_count,
        cast(sum(f.gave_up_count) as integer) as gave_up_count
    from {{ ref('fct_pupil') }} as f
    group by f.term_code, f.school_code
)

select
    s.term_code,
    t.school_year,
    t.period_start,
    t.period_end,
    s.school_code,
    s.school_name,
    s.level,
    p.area_key,
    s.standard_level,
    s.room_count,
    s.solid_room_count,
    c.school_code is not null as has_reported,
    c.class_count,
    c.listed_pupils,
    u.pupils_at_start,
    u.pupil_count,
    u.gave_up_count,
    w.teacher_count,
    e.candidate_count,
    e.passed_count
from {{ ref('school_version') }} as s
inner join {{ ref('school_term') }} as t on s.term_code = t.term_code
inner join {{ ref('school_place') }} as p on t.school_year = p.school_year and s.school_code = p.school_code
left join classes as c on s.term_code = c.term_code and s.school_code = c.school_code
left join pupils as u on s.term_code = u.term_code and s.school_code = u.school_code
left join {{ ref('school_staff_version') }} as w
    on s.record_key = w.record_key and w.known_to is null and not w.is_deleted
-- the leaving examination is told with the second term of its year
left join {{ ref('exam_version') }} as e
    on t.school_year || '.CN|' || s.school_code = e.record_key
    and t.period_no = 2 and e.known_to is null and not e.is_deleted
where s.known_to is null and not s.is_deleted
