{{ config(tags=['source_ioffice'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_ioffice__su_kien_nhiem_vu')) }}"]) }}
{{ record_versions(ref('stg_ioffice__su_kien_nhiem_vu'), ref('hist_ioffice__su_kien_nhiem_vu'), [
    'task_key', 'kind', 'form', 'happened_at', 'old_due_on', 'new_due_on', 'reason', 'event_no',
]) }}
