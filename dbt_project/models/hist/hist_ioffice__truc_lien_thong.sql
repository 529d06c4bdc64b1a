{{ config(tags=['source_ioffice'], post_hook=["{{ mark_arrived('ioffice') }}"]) }}
{{ history('ioffice', 'truc_lien_thong', [
    'ma_goi_tin', 'phien_ban', 'da_xoa', 'ma_van_ban', 'loai_goi_tin', 'don_vi_gui', 'don_vi_nhan',
    'thoi_diem_gui', 'so_tep', 'nghiep_vu', 'van_ban_truoc',
]) }}
