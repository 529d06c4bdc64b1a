{{ config(tags=['source_dvc'], post_hook=["{{ mark_arrived('dvc') }}"]) }}
{{ history('dvc', 'thong_ke_766', [
    'thang', 'nhom', 'ma_don_vi', 'ten_don_vi', 'cap', 'tong_tiep_nhan', 'dung_han', 'qua_han',
    'so_ngay_trung_binh', 'tu_so', 'mau_so', 'ty_le', 'diem', 'diem_toi_da',
]) }}
