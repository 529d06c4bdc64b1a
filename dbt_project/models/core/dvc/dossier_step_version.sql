{{ config(tags=['source_dvc'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_dvc__tien_do')) }}"]) }}
{{ record_versions(ref('stg_dvc__tien_do'), ref('hist_dvc__tien_do'), [
    'dossier_key', 'step_no', 'handler_title', 'department', 'handled_at', 'state', 'started_at', 'due_at',
]) }}
