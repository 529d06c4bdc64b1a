{{ config(tags=['source_giao_duc'], post_hook=["{{ mark_arrived('giao_duc') }}"]) }}
{{ history('giao_duc', 'ket_qua_thi', [
    'nhom_tep', 'phien_ban', 'ky_hoc', 'dong', 'bi_danh', 'ma_truong', 'tong_diem', 'ket_qua',
]) }}
