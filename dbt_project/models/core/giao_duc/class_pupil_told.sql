{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Versions of the counts of learners of a class in a term: nobody is told of by name.
{% set rows %}
(
    select
        r.list_key,
        r.version_no,
        r.record_key,
        r.term_code,
        r.school_code,
        r.class_code,
        r.grade,
        cast(count(distinct r.learner_id) as integer) as pupils_at_start,
        cast(count(distinct r.learner_id) filter (where r.state = 'Đang học') as integer) as pupil_count,
        cast(count(distinct r.learner_id) filter (where r.state = 'Đang học' and r.gender = 'Nữ') as integer) as girl_count,
        cast(count(distinct r.learner_id) filter (where r.state = 'Thôi học') as integer) as gave_up_count,
        cast(count(distinct r.learner_id) filter (where r.state = 'Chuyển đi') as integer) as moved_count,
        cast(count(distinct r.learner_id) filter (where r.state = 'Bảo lưu') as integer) as paused_count
    from {{ ref('stg_giao_duc__hoc_sinh') }} as r
    group by r.list_key, r.version_no, r.record_key, r.term_code, r.school_code, r.class_code, r.grade
)
{% endset -%}
{{ exported_versions(rows, ref('stg_giao_duc__tep'), [
    'term_code', 'school_code', 'class_code', 'grade', 'pupils_at_start', 'pupil_count', 'girl_count',
    'gave_up_count', 'moved_count', 'paused_count',
]) }}
