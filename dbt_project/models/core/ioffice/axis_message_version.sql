{{ config(tags=['source_ioffice'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_ioffice__truc_lien_thong')) }}"]) }}
{{ record_versions(ref('stg_ioffice__truc_lien_thong'), ref('hist_ioffice__truc_lien_thong'), [
    'document_key', 'kind', 'sender', 'receiver', 'sent_at', 'file_count', 'business_code',
    'earlier_document',
]) }}
