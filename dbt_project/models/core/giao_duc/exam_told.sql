{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Versions of the counts of candidates of a school in the leaving examination.
{% set rows %}
(
    select
        r.list_key,
        r.version_no,
        r.record_key,
        r.term_code,
        r.school_code,
        cast(count(distinct r.candidate_id) as integer) as candidate_count,
        cast(count(distinct r.candidate_id) filter (where r.outcome = 'Công nhận tốt nghiệp') as integer) as passed_count
    from {{ ref('stg_giao_duc__ket_qua_thi') }} as r
    group by r.list_key, r.version_no, r.record_key, r.term_code, r.school_code
)
{% endset -%}
{{ exported_versions(rows, ref('stg_giao_duc__tep'), [
    'term_code', 'school_code', 'candidate_count', 'passed_count',
]) }}
