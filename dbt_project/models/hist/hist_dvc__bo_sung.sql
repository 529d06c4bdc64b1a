{{ config(tags=['source_dvc'], post_hook=["{{ mark_arrived('dvc') }}"]) }}
{{ history('dvc', 'bo_sung', [
    'ma_ho_so', 'phien_ban', 'ho_so_bo_sung_id', 'ngay_bo_sung', 'ngay_tiep_nhan_bo_sung',
    'ngay_hen_tra_truoc', 'ngay_hen_tra_moi',
]) }}
