{{ config(tags=['source_giao_duc'], post_hook=["{{ mark_arrived('giao_duc') }}"]) }}
{{ history('giao_duc', 'tep', [
    'ma_tep', 'nhom_tep', 'ten_tep', 'loai', 'ky_hoc', 'cap_hoc', 'phien_ban', 'thoi_diem_xuat', 'so_byte',
    'so_dong_bao', 'so_dong_doc', 'bang_ma', 'cot_la',
]) }}
