{{ config(tags=['source_y_te'], materialized='incremental', incremental_strategy='delete+insert',
          unique_key='record_key', on_schema_change='fail',
          post_hook=["{{ mark_taken(ref('hist_y_te__ho_so')) }}"]) }}
{{ record_versions(ref('stg_y_te__ho_so'), ref('hist_y_te__ho_so'), [
    'facility_code', 'agency_code', 'area_key', 'visit_kind', 'department_code', 'patient_id', 'sex', 'age',
    'home_province_code', 'home_commune_code', 'disease_code', 'entered_at', 'admitted_at', 'left_at',
    'paid_at', 'received_at', 'admitted_on', 'left_on', 'paid_on', 'received_on', 'treatment_days', 'outcome',
    'discharge_kind', 'medicine_cost', 'supplies_cost', 'total_cost', 'insured_cost', 'fund_pays',
    'patient_shares', 'patient_pays', 'others_pay', 'medicine_rows', 'service_rows', 'test_rows',
    'progress_rows', 'is_replaced',
]) }}
