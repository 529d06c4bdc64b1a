{{ config(tags=['source_quan_trac'], materialized='incremental', incremental_strategy='append',
          post_hook=["{{ mark_arrived('quan_trac') }}"]) }}

{{ history('quan_trac', 'so_do', ['tram', 'thong_so', 'ket_qua', 'don_vi', 'thoi_diem', 'trang_thai', 'so_phut', 'aqi_standard', 'tep', 'dong']) }}
