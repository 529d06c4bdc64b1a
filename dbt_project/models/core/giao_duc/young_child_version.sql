{{ config(tags=['source_giao_duc'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_giao_duc__pho_cap')) }}"]) }}
{{ record_versions(ref('young_child_told'), ref('hist_giao_duc__pho_cap'), [
    'term_code', 'province_code', 'commune_code', 'child_count',
]) }}
