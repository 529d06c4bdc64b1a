{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Versions of schools in a term, deleted ones among them.
{{ exported_versions(ref('stg_giao_duc__truong'), ref('stg_giao_duc__tep'), [
    'term_code', 'school_code', 'school_name', 'level', 'ownership', 'province_code', 'commune_code',
    'standard_level', 'room_count', 'solid_room_count',
]) }}
