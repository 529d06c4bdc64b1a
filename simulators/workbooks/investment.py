"""Investment from the State budget: monthly amounts, yearly plans and their table."""

from simulators.workbooks.calendar import (
    Month,
    Period,
    capital,
    number,
    since_january,
    single,
    to_date,
    two_digits,
    whole_year,
    year,
)
from simulators.workbooks.flows import Columns, Flows, Leaf
from simulators.workbooks.sheet import Column, Meaning, Row, Sheet

TITLE = "Vốn đầu tư thực hiện từ nguồn ngân sách Nhà nước"
TOTAL, CENTRAL, LOCAL = "tong_so", "trung_uong", "dia_phuong"
_UNIT = "tỷ đồng"

MINISTRIES = {
    "bo_gtvt": ("Bộ Giao thông vận tải", 5600.0),
    "bo_nnptnt": ("Bộ NN và PTNT", 830.0),
    "bo_gddt": ("Bộ Giáo dục và Đào tạo", 90.0),
    "bo_y_te": ("Bộ Y tế", 88.0),
    "bo_vhttdl": ("Bộ Văn hóa, Thể thao và Du lịch", 52.0),
    "bo_cong_thuong": ("Bộ Công Thương", 47.0),
    "bo_tnmt": ("Bộ Tài nguyên và Môi trường", 60.0),
    "bo_xay_dung": ("Bộ Xây dựng", 28.0),
    "bo_tttt": ("Bộ Thông tin và Truyền thông", 24.0),
    "bo_khcn": ("Bộ Khoa học và Công nghệ", 12.0),
}
LEVELS = {
    "cap_tinh": ("Vốn ngân sách NN cấp tỉnh", 30_500.0),
    "cap_huyen": ("Vốn ngân sách NN cấp huyện", 11_600.0),
    "cap_xa": ("Vốn ngân sách NN cấp xã", 2050.0),
}
PROVINCES = {
    "ha_noi": ("Hà Nội", 5150.0),
    "tp_hcm": ("TP. Hồ Chí Minh", 4300.0),
    "binh_duong": ("Bình Dương", 1560.0),
    "ba_ria_vung_tau": ("Bà Rịa - Vũng Tàu", 1490.0),
    "hai_phong": ("Hải Phòng", 1480.0),
    "hung_yen": ("Hưng Yên", 1210.0),
    "quang_ninh": ("Quảng Ninh", 1050.0),
    "thanh_hoa": ("Thanh Hóa", 1130.0),
    "dong_nai": ("Đồng Nai", 980.0),
    "binh_dinh": ("Bình Định", 810.0),
    "nghe_an": ("Nghệ An", 700.0),
    "long_an": ("Long An", 790.0),
    "thai_binh": ("Thái Bình", 690.0),
    "vinh_phuc": ("Vĩnh Phúc", 720.0),
    "can_tho": ("Cần Thơ", 650.0),
    "an_giang": ("An Giang", 610.0),
}
_OTHER_CENTRAL = "trung_uong_khac"


class Investment:
    """Amounts by who spends them, and what was planned for a year.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        levels = {**MINISTRIES, **LEVELS, **PROVINCES, _OTHER_CENTRAL: ("", 2700.0)}
        leaves = {code: Leaf(level, 0.09, 0.05) for code, (_, level) in levels.items()}
        groups = {
            CENTRAL: [*MINISTRIES, _OTHER_CENTRAL],
            LOCAL: LEVELS,
            TOTAL: (CENTRAL, LOCAL),
        }
        self.flows = Flows(seed, "vdt", leaves, groups)

    def plan(self, item: str, period: Period) -> float | None:
        """Give the plan of the year a span ends in, tỷ đồng: a tenth more than is spent."""
        spent = self.flows.total(item, whole_year(period.last))
        return None if spent is None else round(1.1 * spent, 3)


def investment_sheet(investment: Investment, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the monthly table."""
    sheet = Sheet.named(name)
    sheet.title(prefix + TITLE)
    fill = _january if number(publication) == 1 else _regular
    sheet.note(fill(sheet, investment, publication))
    return sheet


def _january(sheet: Sheet, investment: Investment, publication: Month) -> int:
    this, when = single(publication), year(publication)
    sheet.put(3, 6, "Tỷ đồng")
    sheet.stack(4, 3, "Kế hoạch                        ", f"năm {when}")
    sheet.stack(4, 4, "Ước tính ", "tháng 01", f"năm {when}")
    sheet.stack(4, 5, f"Tháng 01/{when}", "so với kế hoạch                 ", f"năm {when}(%)")
    sheet.stack(4, 6, f"Tháng 01/{when}", "so với cùng kỳ         ", "năm trước (%)")
    columns = _columns(investment)
    plan = Meaning("von_dau_tu_nsnn", "value", whole_year(publication), _UNIT, "ke_hoach")
    return sheet.body(
        8,
        _rows(),
        [
            Column.of(3, plan, lambda item: investment.plan(item, this)),
            columns.value(4, this),
            columns.percent_of(5, "plan_pct", this, investment.plan),
            columns.yoy(6, this),
        ],
    )


def _regular(sheet: Sheet, investment: Investment, publication: Month) -> int:
    when, month = year(publication), number(publication)
    this, cumulative, span = single(publication), since_january(publication), to_date(month)
    sheet.put(3, 7, "Tỷ đồng")
    sheet.stack(4, 3, "Thực hiện", f"tháng {two_digits(month - 1)}", "năm", when)
    sheet.stack(4, 4, "Ước tính ", f"tháng {two_digits(month)}", "năm", when)
    if month == 12:
        sheet.stack(4, 5, "Năm ", when)
        sheet.stack(4, 6, f"Năm {when}", "so với", " kế hoạch", "năm (%)")
        sheet.stack(4, 7, f"Năm {when}", "so với", f"năm {when - 1}", "(%)")
    else:
        sheet.stack(4, 5, "Cộng dồn" if month != 3 else "Ước tính ", span, "năm", when)
        caption = f"{capital(span)} năm"
        sheet.stack(4, 6, caption, f"{when} so với", " kế hoạch", f"năm {when} (%)")
        sheet.stack(4, 7, caption, f"{when} so với", "cùng kỳ", "năm trước (%)")
    columns = _columns(investment)
    return sheet.body(
        9,
        _rows(),
        [
            columns.value(3, single(publication - 1), "official"),
            columns.value(4, this),
            columns.value(5, cumulative),
            columns.percent_of(6, "plan_pct", cumulative, investment.plan),
            columns.yoy(7, cumulative),
        ],
    )


def _columns(investment: Investment) -> Columns:
    return Columns("von_dau_tu_nsnn", _UNIT, investment.flows.total)


def _rows() -> list[Row | None]:
    return [
        Row(TOTAL, "TỔNG SỐ"),
        Row(CENTRAL, "Trung ương", 2),
        Row("", "Trong đó:", 2),
        *(Row(code, label, 2) for code, (label, _) in MINISTRIES.items()),
        Row(LOCAL, "Địa phương", 2),
        *(Row(code, label, 2) for code, (label, _) in LEVELS.items()),
        Row("", "Phân theo một số tỉnh, thành phố", 2),
        *(Row(code, label, 2) for code, (label, _) in PROVINCES.items()),
    ]
