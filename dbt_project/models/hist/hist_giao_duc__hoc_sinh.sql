{{ config(tags=['source_giao_duc'], post_hook=["{{ mark_arrived('giao_duc') }}"]) }}
{{ history('giao_duc', 'hoc_sinh', [
    'nhom_tep', 'phien_ban', 'ky_hoc', 'dong', 'bi_danh', 'ma_truong', 'ma_lop', 'khoi', 'gioi_tinh',
    'trang_thai', 'hoc_tap', 'ren_luyen',
]) }}
