{{ config(tags=['source_y_te'], post_hook=["{{ mark_arrived('y_te') }}"]) }}
{{ history('y_te', 'ngay_giuong', ['ma_lk', 'phien_ban', 'stt', 'ma_giuong', 'so_luong', 'ngay_yl']) }}
