{{ config(tags=['source_dvc'], post_hook=["{{ mark_arrived('dvc') }}"]) }}
{{ history('dvc', 'tien_do', [
    'ma_ho_so', 'thu_tu', 'phien_ban', 'da_xoa', 'chuc_danh', 'thoi_diem_xu_ly', 'phong_ban_xu_ly',
    'trang_thai', 'ngay_bat_dau', 'ngay_ket_thuc_theo_quy_dinh',
]) }}
