"""Gross domestic product by quarter, at current and at constant prices, and its tables."""

from simulators.workbooks.calendar import (
    Month,
    Period,
    capital,
    number,
    quarter,
    roman,
    since_january,
    to_date,
    year,
)
from simulators.workbooks.flows import Columns, Flows, Leaf
from simulators.workbooks.sheet import Column, Row, Sheet

FAMILY, TOTAL, TAXES = "gdp", "tong_so", "thue_tru_tro_cap"
CURRENT, CONSTANT = "gia_hien_hanh", "gia_so_sanh"
_FARMING, _INDUSTRY, _BUILDING, _SERVICES = (
    "nong_lam_thuy_san", "cong_nghiep_xay_dung", "xay_dung", "dich_vu",
)  # fmt: skip
_MANUFACTURING = "cong_nghiep"

# Mid-2024 value of a month at current and at constant prices, nghìn tỷ đồng.
LEAVES: dict[str, tuple[str, float, float]] = {
    "nong_nghiep": ("Nông nghiệp", 75, 36),
    "lam_nghiep": ("Lâm nghiệp", 4.9, 2.6),
    "thuy_san": ("Thủy sản", 24, 12.1),
    "khai_khoang": ("Khai khoáng", 22, 12.6),
    "che_bien": ("Công nghiệp chế biến, chế tạo", 213, 115),
    "dien": (
        "Sản xuất và phân phối điện, khí đốt, \nnước nóng, hơi nước và điều hòa không khí",
        41, 18.5,
    ),
    "nuoc": ("Cung cấp nước; hoạt động quản lý\nvà xử lý rác thải, nước thải", 4.6, 2.9),
    _BUILDING: ("Xây dựng", 55, 32.5),
    "ban_buon_ban_le": (
        "Bán buôn và bán lẻ; sửa chữa ô tô, mô tô, \nxe máy và xe có động cơ khác", 93, 48.4,
    ),
    "van_tai": ("Vận tải, kho bãi", 51, 32),
    "luu_tru": ("Dịch vụ lưu trú và ăn uống", 23, 12.1),
    "thong_tin": ("Thông tin và truyền thông", 31, 28.4),
    "tai_chinh": ("Hoạt động tài chính, ngân hàng và bảo hiểm", 40, 25.4),
    "bat_dong_san": ("Hoạt động kinh doanh bất động sản", 29.7, 16.4),
    "chuyen_mon": ("Hoạt động chuyên môn, khoa học và công nghệ", 19.4, 13.2),
    "hanh_chinh": ("Hoạt động hành chính và dịch vụ hỗ trợ", 12.3, 8.8),
    "quan_ly_nha_nuoc": (
        "Hoạt động của Đảng Cộng sản, tổ chức\nchính trị- xã hội; quản lý Nhà nước, an ninh\n"
        "quốc phòng; đảm bảo xã hội bắt buộc", 18.4, 10,
    ),
    "giao_duc": ("Giáo dục và đào tạo", 36.6, 15.8),
    "y_te": ("Y tế và hoạt động trợ giúp xã hội", 25, 6.7),
    "giai_tri": ("Nghệ thuật, vui chơi và giải trí", 5.8, 3.7),
    "dich_vu_khac": ("Hoạt động dịch vụ khác", 6.5, 3.3),
    "ho_gia_dinh": (
        "Hoạt động làm thuê các công việc trong\ncác hộ gia đình, sản xuất sản phẩm vật chất\n"
        "và dịch vụ tự tiêu dùng của hộ gia đình", 1.1, 0.53,
    ),
    TAXES: ("Thuế sản phẩm trừ trợ cấp sản phẩm", 75.6, 45),
}  # fmt: skip
_CODES = list(LEAVES)
GROUPS = {
    _FARMING: ("Nông, lâm nghiệp và thủy sản", _CODES[:3]),
    _MANUFACTURING: ("Công nghiệp", _CODES[3:7]),
    _INDUSTRY: ("Công nghiệp và xây dựng", [_MANUFACTURING, _BUILDING]),
    _SERVICES: ("Dịch vụ", _CODES[8:-1]),
    TOTAL: ("TỔNG SỐ", [_FARMING, _INDUSTRY, _SERVICES, TAXES]),
}
_ORDER = (
    TOTAL, _FARMING, *_CODES[:3], _INDUSTRY, _MANUFACTURING, *_CODES[3:8], _SERVICES, *_CODES[8:],
)  # fmt: skip


class Product:
    """The product by sector in both prices.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        groups = {code: parts for code, (_, parts) in GROUPS.items()}
        levels = {
            CURRENT: {code: current for code, (_, current, _) in LEAVES.items()},
            CONSTANT: {code: constant for code, (_, _, constant) in LEAVES.items()},
        }
        growth = {CURRENT: 0.10, CONSTANT: 0.06}
        self._flows = {
            prices: Flows(
                seed,
                f"gdp/{prices}",
                {
                    code: Leaf(1000 * level, growth[prices], 0.02)
                    for code, level in by_sector.items()
                },
                groups,
            )
            for prices, by_sector in levels.items()
        }

    def columns(self, prices: str) -> Columns:
        """Give the columns at current or at constant prices."""
        return Columns(FAMILY, "tỷ đồng", self._flows[prices].total, prices)


def first_quarter_sheet(product: Product, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the one table of March, both prices beside each other."""
    sheet = Sheet.named(name)
    when, span = year(publication), quarter(publication)
    sheet.title(f"{prefix}Tổng sản phẩm trong nước ước tính quý I năm {when}")
    sheet.put(3, 3, "Theo giá hiện hành")
    sheet.put(3, 6, "Theo giá so sánh 2010")
    sheet.merge_pairs((3,), (3, 6))
    sheet.stack(4, 3, "Tổng số", "(Tỷ đồng)")
    sheet.stack(4, 4, "Cơ cấu", "(%)")
    sheet.stack(4, 6, "Tổng số", "(Tỷ đồng)")
    sheet.stack(4, 7, "Tốc độ tăng", "so với quý I", f"năm {when - 1} (%)")
    current, constant = product.columns(CURRENT), product.columns(CONSTANT)
    columns = [
        current.value(3, span),
        current.share(4, span, _whole),
        constant.value(6, span),
        constant.yoy(7, span, form="pct_change"),
    ]
    sheet.merge(8, 1, 8, 2)
    sheet.note(sheet.body(8, _rows(1), columns))
    return sheet


def product_sheet(
    product: Product, prices: str, publication: Month, name: str, prefix: str
) -> Sheet:
    """Lay out the table of June, September or December at current or at constant prices."""
    sheet = Sheet.named(name)
    when, span = year(publication), "cả năm" if number(publication) == 12 else ""
    last = quarter(publication)
    before = Period("quarter", last.first - 3, last.last - 3)
    total, span = since_january(publication), span or to_date(number(publication))
    kind = "giá hiện hành" if prices == CURRENT else "giá so sánh 2010"
    sheet.title(f"{prefix}Tổng sản phẩm trong nước theo {kind}")
    sheet.put(3, 8, "Tỷ đồng")
    sheet.stack(4, 3, "Sơ bộ", f"quý {roman(before)}", "năm", when)
    sheet.stack(4, 4, "Ước tính", f"quý {roman(last)}", "năm", when)
    sheet.stack(4, 5, "Cộng dồn ", span, *((when,) if number(publication) == 12 else ("năm", when)))
    sheet.put(4, 6, "Cơ cấu (%)" if prices == CURRENT else "So với cùng kỳ năm trước (%)")
    sheet.merge(4, 6, 4, 8)
    heads = (f"Quý {roman(before)}", f"Quý {roman(last)}")
    third = ("Cả", "năm") if number(publication) == 12 else (f"{capital(span)} ", "năm")
    for column, lines in ((6, (heads[0], "năm")), (7, (heads[1], "năm")), (8, third)):
        sheet.stack(5, column, *lines, when)
    of = product.columns(prices)
    columns = [of.value(3, before, "preliminary"), of.value(4, last), of.value(5, total)]
    columns += [
        _comparison(of, prices, 6, before, "preliminary"),
        _comparison(of, prices, 7, last, "estimate"),
        _comparison(of, prices, 8, total, "estimate"),
    ]
    sheet.merge(9, 1, 9, 2)
    sheet.note(sheet.body(9, _rows(2), columns))
    return sheet


def _comparison(of: Columns, prices: str, column: int, period: Period, status: str) -> Column:
    if prices == CURRENT:
        return of.share(column, period, _whole, status)
    return of.yoy(column, period, status)


def _whole(_: str) -> str:
    return TOTAL


def _rows(column: int) -> list[Row | None]:
    labels = {code: label for code, (label, *_) in (LEAVES | GROUPS).items()}
    return [Row(c, labels[c], 1 if c == TOTAL else column) for c in _ORDER]
