{{ config(tags=['source_giao_duc'], post_hook=["{{ mark_arrived('giao_duc') }}"]) }}
{{ history('giao_duc', 'truong', [
    'nhom_tep', 'phien_ban', 'ky_hoc', 'dong', 'ma_truong', 'ten_truong', 'cap_hoc', 'loai_hinh', 'ma_tinh',
    'ma_xa', 'dat_chuan_qg', 'so_phong', 'so_phong_kien_co',
]) }}
