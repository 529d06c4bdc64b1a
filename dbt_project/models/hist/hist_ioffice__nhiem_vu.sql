{{ config(tags=['source_ioffice'], post_hook=["{{ mark_arrived('ioffice') }}"]) }}
{{ history('ioffice', 'nhiem_vu', [
    'ma_nhiem_vu', 'phien_ban', 'da_xoa', 'so_ky_hieu_vb_giao', 'ngay_vb_giao', 'ngay_giao',
    'don_vi_giao', 'don_vi_chu_tri', 'don_vi_phoi_hop', 'noi_dung', 'han_xu_ly', 'ngay_hoan_thanh',
    'trang_thai', 'lan_don_doc',
]) }}
