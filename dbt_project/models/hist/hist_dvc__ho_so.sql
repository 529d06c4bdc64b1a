{{ config(tags=['source_dvc'], post_hook=["{{ mark_arrived('dvc') }}"]) }}
{{ history('dvc', 'ho_so', [
    'ma_ho_so', 'phien_ban', 'da_xoa', 'ma_tthc', 'ten_tthc', 'ma_linh_vuc', 'ten_linh_vuc', 'loai_doi_tuong',
    'ma_doi_tuong', 'trich_yeu_ho_so', 'ngay_tiep_nhan', 'ngay_hen_tra', 'trang_thai_ho_so', 'ngay_tra',
    'hinh_thuc', 'ngay_ket_thuc_xu_ly', 'don_vi_xu_ly', 'ma_xa', 'kenh_thuc_hien',
    'duoc_thanh_toan_truc_tuyen', 'so_le_phi', 'ho_so_co_thanh_phan_so_hoa', 'ket_qua_dien_tu',
    'thoi_gian_giai_quyet', 'don_vi_tinh',
]) }}
