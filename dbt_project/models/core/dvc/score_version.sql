{{ config(tags=['source_dvc'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_dvc__thong_ke_766')) }}"]) }}
{{ record_versions(ref('stg_dvc__thong_ke_766'), ref('hist_dvc__thong_ke_766'), [
    'unit_identifier', 'unit_name', 'level', 'province_identifier', 'month', 'service', 'reached', 'of_total',
    'score_published',
]) }}
