{{ config(tags=['source_quan_trac'], materialized='incremental', incremental_strategy='append',
          post_hook=["{{ mark_arrived('quan_trac') }}"]) }}

{{ history('quan_trac', 'tep', ['tep', 'tram', 'loai', 'kich_thuoc', 'sua_luc', 'so_dong', 'so_nghi_ngo']) }}
