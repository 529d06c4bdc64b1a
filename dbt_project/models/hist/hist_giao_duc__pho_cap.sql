{{ config(tags=['source_giao_duc'], post_hook=["{{ mark_arrived('giao_duc') }}"]) }}
{{ history('giao_duc', 'pho_cap', [
    'nhom_tep', 'phien_ban', 'ky_hoc', 'dong', 'ma_tinh', 'ma_xa', 'so_tre_5_tuoi',
]) }}
