{{ config(tags=['source_y_te'], post_hook=["{{ mark_arrived('y_te') }}"]) }}
{{ history('y_te', 'co_so', [
    'ma_cskcb', 'ten_cskcb', 'ma_tinh', 'hang', 'giuong_ke_hoach', 'hieu_luc_tu', 'hieu_luc_den', 'phien_ban',
    'da_xoa',
]) }}
