"""Imports of goods: what is listed and how."""

from simulators.workbooks.calendar import Month
from simulators.workbooks.goods import DOMESTIC, FOREIGN, TOTAL, Good, Listing, Trade, good
from simulators.workbooks.sheet import Row

_WHOLE_CARS = " Trong đó: Nguyên chiếc(*)"
GOODS = {
    "thuy_san": good("Thủy sản", 200),
    "sua_va_san_pham_sua": good("Sữa và sản phẩm sữa", 105),
    "rau_qua": good("Rau quả", 190),
    "hat_dieu": good("Hạt điều", 330, 280),
    "ngo": good("Ngô", 200, 820),
    "thuc_an_gia_suc_va_nguyen_phu_li": good("Thức ăn gia súc và nguyên phụ liệu", 420),
    "quang_va_khoang_san_khac": good("Quặng và khoáng sản khác", 190, 1750),
    "than_da": good("Than đá", 640, 5200),
    "dau_tho": good("Dầu thô", 650, 1080),
    "xang_dau": good("Xăng dầu", 730, 910),
    "khi_dot_hoa_long": good("Khí đốt hóa lỏng", 165, 280),
    "hoa_chat": good("Hóa chất ", 700),
    "san_pham_hoa_chat": good("Sản phẩm hoá chất", 680),
    "tan_duoc": good("Tân dược", 390),
    "phan_bon": good("Phân bón ", 150, 450),
    "chat_deo": good("Chất dẻo ", 930, 680),
    "san_pham_chat_deo": good("Sản phẩm chất dẻo", 730),
    "cao_su": good("Cao su", 220, 150),
    "go_va_san_pham_go": good("Gỗ và sản phẩm gỗ", 235),
    "giay_cac_loai": good("Giấy các loại", 185, 205),
    "bong": good("Bông ", 240, 128),
    "soi_det": good("Sợi dệt ", 235, 105),
    "vai": good("Vải", 1240),
    "nguyen_phu_lieu_det_may_giay_dep": good("Nguyên phụ liệu dệt, may, giày dép", 590),
    "thuy_tinh_va_cac_san_pham_tu_thu": good("Thủy tinh và các sản phẩm từ thủy tinh", 150),
    "phe_lieu_sat_thep": good("Phế liệu sắt thép", 155, 430),
    "sat_thep": good("Sắt thép ", 1020, 1450),
    "san_pham_tu_sat_thep": good("Sản phẩm từ sắt thép", 510),
    "kim_loai_thuong_khac": good("Kim loại thường khác", 820, 182),
    "san_pham_tu_kim_loai_thuong_khac": good("Sản phẩm từ kim loại thường khác", 240),
    "dien_tu_may_tinh_va_linh_kien": good("Điện tử, máy tính và linh kiện", 8900),
    "hang_dien_gia_dung_va_linh_kien": good("Hàng điện gia dụng và linh kiện", 190),
    "dien_thoai_va_linh_kien": good("Điện thoại và linh kiện", 860),
    "may_anh_may_quay_phim_va_linh_ki": good("Máy ảnh, máy quay phim và linh kiện", 205),
    "may_moc_thiet_bi_dung_cu_phu_tun": good("Máy móc thiết bị, dụng cụ phụ tùng khác", 4050),
    "day_dien_va_cap_dien": good("Dây điện và cáp điện", 265),
    "o_to": good("Ô tô", 690),
    "o_to_nguyen_chiec": Good((_WHOLE_CARS,) * 3, 255, 13_500, unit="chiếc", is_part=True),
}


def imports(seed: int) -> Trade:
    """Draw the imports."""
    return Trade(seed, "nk", GOODS, unlisted=2100, foreign=0.64)


def _rows(_: Month) -> list[Row | None]:
    return [
        Row(TOTAL, "TỔNG TRỊ GIÁ"),
        Row(DOMESTIC, "Khu vực kinh tế trong nước", 2),
        Row(FOREIGN, "Khu vực có vốn đầu tư NN", 2),
        Row("", "MẶT HÀNG CHỦ YẾU"),
        *(Row(code, kind.labels[0], 2) for code, kind in GOODS.items()),
    ]


LISTING = Listing("nhap_khau", "Hàng hóa nhập khẩu", _rows, GOODS, "(*)Chiếc, triệu USD")
