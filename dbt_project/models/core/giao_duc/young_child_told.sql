{{ config(tags=['source_giao_duc'], materialized='view') }}
-- Versions of the survey of five-year-olds, deleted ones among them.
{{ exported_versions(ref('stg_giao_duc__pho_cap'), ref('stg_giao_duc__tep'), [
    'term_code', 'province_code', 'commune_code', 'child_count',
]) }}
