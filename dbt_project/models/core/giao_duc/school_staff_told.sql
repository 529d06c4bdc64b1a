{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Versions of the counts of people who work at a school in a term.
{% set rows %}
(
    select
        r.list_key,
        r.version_no,
        r.record_key,
        r.term_code,
        r.school_code,
        cast(count(distinct r.person_id) filter (where r.position_name = 'Giáo viên') as integer) as teacher_count,
        cast(count(distinct r.person_id) as integer) as staff_count
    from {{ ref('stg_giao_duc__nhan_su') }} as r
    group by r.list_key, r.version_no, r.record_key, r.term_code, r.school_code
)
{% endset -%}
{{ exported_versions(rows, ref('stg_giao_duc__tep'), [
    'term_code', 'school_code', 'teacher_count', 'staff_count',
]) }}
