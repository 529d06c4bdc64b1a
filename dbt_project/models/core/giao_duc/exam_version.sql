{{ config(tags=['source_giao_duc'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_giao_duc__ket_qua_thi')) }}"]) }}
{{ record_versions(ref('exam_told'), ref('hist_giao_duc__ket_qua_thi'), [
    'term_code', 'school_code', 'candidate_count', 'passed_count',
]) }}
