{{ config(tags=['source_dvc'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_dvc__ho_so')) }}"]) }}
{{ record_versions(ref('dossier_told'), ref('hist_dvc__ho_so'), [
    'procedure_code', 'field_code', 'applicant_kind', 'applicant_id', 'subject', 'handler', 'agency_code',
    'area_key', 'commune_code', 'channel', 'state', 'received_at', 'received_on', 'promised_at', 'finished_at',
    'returned_at', 'ended_at', 'supplement_count', 'supplement_asked_at', 'supplement_given_at', 'due_at',
    'is_on_time', 'days_taken', 'fee', 'is_paid_online', 'is_digitised', 'has_electronic_result',
]) }}
