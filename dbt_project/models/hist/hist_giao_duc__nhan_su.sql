{{ config(tags=['source_giao_duc'], post_hook=["{{ mark_arrived('giao_duc') }}"]) }}
{{ history('giao_duc', 'nhan_su', [
    'nhom_tep', 'phien_ban', 'ky_hoc', 'dong', 'bi_danh', 'ma_truong', 'vi_tri', 'trinh_do', 'hop_dong',
    'mon_day',
]) }}
