{{ config(tags=['source_dvc'], post_hook=["{{ mark_arrived('dvc') }}"]) }}
{{ history('dvc', 'thu_tuc', [
    'ma_tthc', 'ten_tthc', 'ma_linh_vuc', 'ten_linh_vuc', 'cap_thuc_hien', 'thoi_gian_giai_quyet',
    'don_vi_tinh', 'muc_do',
]) }}
