{{ config(tags=['source_ioffice'], post_hook=["{{ mark_arrived('ioffice') }}"]) }}
{{ history('ioffice', 'van_ban_di', [
    'ma_van_ban', 'phien_ban', 'da_xoa', 'so_ky_hieu', 'trich_yeu', 'ngay_van_ban', 'co_quan_ban_hanh',
    'don_vi', 'linh_vuc', 'hinh_thuc_gui', 'do_khan', 'so_trang', 'tren_truc', 'ky_so',
    'thoi_diem_ky_so', 'thoi_diem_gui_truc', 'trang_thai_nhan', 'thoi_diem_nhan',
]) }}
