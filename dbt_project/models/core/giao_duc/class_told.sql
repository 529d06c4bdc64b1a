{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Versions of classes in a term, deleted ones among them.
{{ exported_versions(ref('stg_giao_duc__lop'), ref('stg_giao_duc__tep'), [
    'term_code', 'school_code', 'class_code', 'class_name', 'grade', 'class_size',
]) }}
