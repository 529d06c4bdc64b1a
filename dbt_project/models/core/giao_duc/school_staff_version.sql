{{ config(tags=['source_giao_duc'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_giao_duc__nhan_su')) }}"]) }}
{{ record_versions(ref('school_staff_told'), ref('hist_giao_duc__nhan_su'), [
    'term_code', 'school_code', 'teacher_count', 'staff_count',
]) }}
