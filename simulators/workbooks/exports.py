"""Exports of goods: what is listed and how."""

from datetime import date

from simulators.workbooks.calendar import Month, month_of, year
from simulators.workbooks.goods import DOMESTIC, FOREIGN, TOTAL, Good, Listing, Trade, good
from simulators.workbooks.sheet import Row

_NEW_LIST = month_of(date(2024, 12, 1))  # the official list of goods grew with this workbook
_FOREIGN_OIL, _FOREIGN_OTHER = "fdi_dau_tho", "fdi_hang_khac"

GOODS = {
    "thuy_san": good("Thủy sản ", 830),
    "rau_qua": good("Rau quả", 590, growth=0.15),
    "hat_dieu": good("Hạt điều", 362, 60),
    "ca_phe": good("Cà phê", 470, 112, 0.0),
    "che": good("Chè", 21.4, 12.2, 0.02),
    "hat_tieu": good("Hạt tiêu", 110, 20.8, 0.0),
    "gao": good("Gạo", 470, 750, 0.04),
    "san": good("Sắn và sản phẩm của sắn", 96, 218, 0.0),
    "banh_keo": Good(("Bánh kẹo và các sản phẩm từ ngũ cốc",) * 3, 102, new=True),
    "thuc_an_gia_suc": Good(("Thức ăn gia súc và nguyên liệu",) * 3, 86, new=True),
    "clanhke_xi_mang": good("Clanhke và xi măng", 95, 2470, -0.05),
    "dau_tho": good("Dầu thô  ", 145, 216, -0.03),
    "xang_dau": good("Xăng dầu", 160, 203),
    "hoa_chat": Good(("Hóa chất ", "Hóa chất ", "Hóa chất"), 230),
    "san_pham_hoa_chat": Good(("Sản phẩm hóa chất", "Sản phẩm hóa chất", "SP hóa chất"), 226),
    "chat_deo_nguyen_lieu": good("Chất dẻo nguyên liệu", 219, 200),
    "san_pham_chat_deo": Good(
        ("Sản phẩm từ chất dẻo", "Sản phẩm từ chất dẻo", "Sản phẩm chất dẻo"), 560, growth=0.15
    ),
    "cao_su": good("Cao su", 285, 168, 0.02),
    "san_pham_cao_su": Good(("Sản phẩm từ cao su",) * 3, 102, new=True),
    "tui_xach": good("Túi xách, ví, va li, mũ, ô dù", 354),
    "go": good("Gỗ và sản phẩm gỗ", 1356),
    "giay_va_san_pham": good("Giấy và các sản phẩm từ giấy", 175),
    "xo_soi": good("Xơ, sợi dệt các loại", 367, 156, 0.04),
    "det_may": Good(("Dệt, may", "Dệt, may", "Hàng dệt, may"), 3086),
    "giay_dep": good("Giày dép", 1906),
    "nguyen_phu_lieu": good("Nguyên phụ liệu dệt, may, da, giày", 186),
    "thuy_tinh": Good(("Thủy tinh và các sản phẩm từ thủy tinh",) * 3, 99, new=True),
    "sat_thep": good("Sắt thép", 757, 1048, 0.06),
    "san_pham_sat_thep": good("Sản phẩm từ sắt thép", 383),
    "kim_loai_khac": good("Kim loại thường khác và sản phẩm", 350),
    "dien_tu": good("Điện tử, máy tính và linh kiện", 6049, growth=0.18),
    "dien_thoai": Good(
        (
            "Điện thoại và linh kiện",
            "Điện thoại và linh kiện",
            "Điện thoại các loại và linh kiện",
        ),
        4491,
        growth=0.02,
    ),
    "may_anh": Good(
        (
            "Máy ảnh, máy quay phim và LK",
            "Máy ảnh, máy quay phim và linh kiện",
            "Máy ảnh, máy quay phim và linh kiện",
        ),
        669,
    ),
    "may_moc": Good(
        (
            "Máy móc thiết bị, dụng cụ PT khác",
            "Máy móc thiết bị, dụng cụ phụ tùng khác",
            "Máy móc, thiết bị, dụng cụ, phụ tùng khác",
        ),
        4349,
        growth=0.14,
    ),
    "day_dien": good("Dây điện và cáp điện", 292),
    "phuong_tien_van_tai": good("Phương tiện vận tải và phụ tùng", 1255),
    "noi_that_khac_go": Good(
        (
            "SP nội thất từ chất liệu khác gỗ",
            "SP nội thất từ chất liệu khác gỗ",
            "Sản phẩm nội thất từ chất liệu khác gỗ",
        ),
        284,
    ),
    "do_choi": good("Đồ chơi, dụng cụ thể thao và bộ phận", 313),
}


def exports(seed: int) -> Trade:
    """Draw the exports; crude oil is all of foreign-invested enterprises."""
    trade = Trade(seed, "xk", GOODS, unlisted=2300, foreign=0.72)
    trade.split_off(FOREIGN, _FOREIGN_OIL, _FOREIGN_OTHER, named="dau_tho")
    return trade


def _rows(publication: Month) -> list[Row | None]:
    newest = publication >= _NEW_LIST
    version = 2 if newest else 1 if year(publication) > 2022 else 0
    return [
        Row(TOTAL, "TỔNG TRỊ GIÁ"),
        Row(DOMESTIC, "Khu vực kinh tế trong nước", 2),
        Row(FOREIGN, "Khu vực có vốn đầu tư NN", 2),
        Row(_FOREIGN_OIL, "Dầu thô", 2),
        Row(_FOREIGN_OTHER, "Hàng hoá khác", 2),
        Row("", "MẶT HÀNG CHỦ YẾU"),
        *(
            Row(code, kind.labels[version], 2)
            for code, kind in GOODS.items()
            if newest or not kind.new
        ),
    ]


LISTING = Listing("xuat_khau", "Hàng hóa xuất khẩu", _rows, GOODS)
