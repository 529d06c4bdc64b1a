{{ config(tags=['source_ioffice'], post_hook=["{{ mark_arrived('ioffice') }}"]) }}
{{ history('ioffice', 'van_ban_den', [
    'ma_van_ban', 'phien_ban', 'da_xoa', 'so_ky_hieu', 'trich_yeu', 'ngay_van_ban', 'ngay_den',
    'co_quan_ban_hanh', 'don_vi', 'linh_vuc', 'hinh_thuc_gui', 'do_khan', 'so_trang', 'han_xu_ly',
    'trang_thai', 'thoi_diem_hoan_thanh',
]) }}
