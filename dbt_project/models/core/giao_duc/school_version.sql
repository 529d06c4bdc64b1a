{{ config(tags=['source_giao_duc'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_giao_duc__truong')) }}"]) }}
{{ record_versions(ref('school_told'), ref('hist_giao_duc__truong'), [
    'term_code', 'school_code', 'school_name', 'level', 'ownership', 'province_code', 'commune_code',
    'standard_level', 'room_count', 'solid_room_count',
]) }}
