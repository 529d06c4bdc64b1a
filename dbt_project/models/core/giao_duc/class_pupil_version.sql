{{ config(tags=['source_giao_duc'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_giao_duc__hoc_sinh')) }}"]) }}
{{ record_versions(ref('class_pupil_told'), ref('hist_giao_duc__hoc_sinh'), [
    'term_code', 'school_code', 'class_code', 'grade', 'pupils_at_start', 'pupil_count', 'girl_count',
    'gave_up_count', 'moved_count', 'paused_count',
]) }}
