{{ config(tags=['source_ioffice'], post_hook=["{{ mark_arrived('ioffice') }}"]) }}
{{ history('ioffice', 'su_kien_nhiem_vu', [
    'ma_su_kien', 'phien_ban', 'da_xoa', 'ma_nhiem_vu', 'loai_su_kien', 'hinh_thuc', 'thoi_diem',
    'han_cu', 'han_moi', 'ly_do', 'lan_thu',
]) }}
