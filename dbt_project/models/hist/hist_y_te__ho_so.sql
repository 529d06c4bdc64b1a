{{ config(tags=['source_y_te'], post_hook=["{{ mark_arrived('y_te') }}"]) }}
{{ history('y_te', 'ho_so', [
    'ma_lk', 'phien_ban', 'thoi_diem_tiep_nhan', 'da_xoa', 'da_thay_the', 'nguoi_benh', 'gioi_tinh', 'tuoi',
    'matinh_cu_tru', 'maxa_cu_tru', 'ma_benh_chinh', 'ngay_vao', 'ngay_vao_noi_tru', 'ngay_ra', 'so_ngay_dtri',
    'ket_qua_dtri', 'ma_loai_rv', 'ngay_ttoan', 't_thuoc', 't_vtyt', 't_tongchi_bv', 't_tongchi_bh', 't_bntt',
    't_bncct', 't_bhtt', 't_nguonkhac', 'ma_loai_kcb', 'ma_khoa', 'ma_cskcb', 'xml2_so_dong', 'xml3_so_dong',
    'xml4_so_dong', 'xml5_so_dong', 'vi_tri',
]) }}
