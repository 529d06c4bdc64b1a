{{ config(tags=['source_y_te'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_y_te__co_so')) }}"]) }}
{{ record_versions(ref('stg_y_te__co_so'), ref('hist_y_te__co_so'), [
    'facility_code', 'facility_name', 'province_code', 'facility_rank', 'planned_beds', 'valid_from', 'valid_to',
]) }}
