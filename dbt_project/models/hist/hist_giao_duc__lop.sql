{{ config(tags=['source_giao_duc'], post_hook=["{{ mark_arrived('giao_duc') }}"]) }}
{{ history('giao_duc', 'lop', [
    'nhom_tep', 'phien_ban', 'ky_hoc', 'dong', 'ma_truong', 'ma_lop', 'ten_lop', 'khoi', 'si_so',
]) }}
