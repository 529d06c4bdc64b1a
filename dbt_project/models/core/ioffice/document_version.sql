{{ config(tags=['source_ioffice'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_ioffice__van_ban_den')) }}"]) }}
{{ record_versions(ref('document_told'), ref('hist_ioffice__van_ban_den'), [
    'direction', 'reference', 'subject', 'issued_on', 'arrived_on', 'event_day', 'is_complete',
    'issuer', 'holder', 'agency_code', 'area_key', 'field', 'way', 'urgency', 'page_count', 'due_on',
    'state', 'handled_at', 'is_handled_on_time', 'is_on_axis', 'is_signed', 'signed_at', 'sent_at',
    'receipt_state', 'received_at',
]) }}
