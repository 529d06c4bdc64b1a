{{ config(tags=['source_ioffice'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_ioffice__nhiem_vu')) }}"]) }}
{{ record_versions(ref('task_told'), ref('hist_ioffice__nhiem_vu'), [
    'reference', 'reference_on', 'is_reference_complete', 'assigned_on', 'assigner', 'leader',
    'agency_code', 'area_key', 'helpers', 'content', 'due_on', 'done_on', 'state', 'is_cancelled',
    'is_on_time', 'reminder_count',
]) }}
