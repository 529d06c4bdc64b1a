{{ config(tags=['source_giao_duc'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_giao_duc__lop')) }}"]) }}
{{ record_versions(ref('class_told'), ref('hist_giao_duc__lop'), [
    'term_code', 'school_code', 'class_code', 'class_name', 'grade', 'class_size',
]) }}
