"""Accidents, disasters, pollution and fires by quarter, and their table."""

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
from simulators.workbooks.sheet import Row, Sheet

FAMILY = "xa_hoi_moi_truong"

# Section: its items with label, unit as printed and mid-2024 level of a month.
SECTIONS: dict[str, dict[str, tuple[str, str, float]]] = {
    "Tai nạn giao thông": {
        "tngt_so_vu": ("Tổng số vụ tai nạn giao thông", "Vụ", 1950),
        "tngt_chet": ("Số người chết", "Người", 910),
        "tngt_bi_thuong": ("Số người bị thương", "Người", 1250),
    },
    "Thiệt hại do thiên tai": {
        "thien_tai_chet": ("Số người chết, mất tích", "Người", 22),
        "thien_tai_bi_thuong": ("Số người bị thương", "Người", 30),
        "thien_tai_lua": ("Diện tích lúa hư hại", "Ha", 5200.5),
        "thien_tai_hoa_mau": ("Diện tích hoa màu hư hại", "Ha", 4100.5),
        "thien_tai_nha_sap": ("Nhà bị sập đổ, cuốn trôi", "Cái", 240),
        "thien_tai_nha_ngap": ("Nhà bị ngập, sạt lở, tốc mái", "Cái", 6500),
        "thien_tai_thiet_hai": ("Tổng giá trị thiệt hại", "Tỷ đồng", 610.5),
    },
    "Vi phạm môi trường": {
        "moi_truong_so_vu": ("Số vụ vi phạm môi trường", "Vụ", 1760),
        "moi_truong_xu_ly": ("Số vụ vi phạm môi trường đã xử lý", "Vụ", 1610),
        "moi_truong_phat": ("Số tiền xử phạt", "Tỷ đồng", 26.5),
    },
    "Cháy, nổ": {
        "chay_no_so_vu": ("Số vụ cháy, nổ", "Vụ", 345),
        "chay_no_chet": ("Số người chết", "Người", 9),
        "chay_no_bi_thuong": ("Số người bị thương", "Người", 10),
        "chay_no_thiet_hai": ("Tổng giá trị thiệt hại", "Tỷ đồng", 39.5),
    },
}
_ITEMS = {code: item for members in SECTIONS.values() for code, item in members.items()}


def society(seed: int) -> Flows:
    """Draw the counts and amounts."""
    leaves = {
        code: Leaf(level, -0.02, 0.08, 0.1, whole=isinstance(level, int))
        for code, (_, _, level) in _ITEMS.items()
    }
    return Flows(seed, FAMILY, leaves)


def society_sheet(flows: Flows, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the table of the last quarters and the span since January."""
    sheet = Sheet.named(name)
    when, month, last = year(publication), number(publication), quarter(publication)
    sheet.title(f"{prefix}Một số chỉ tiêu xã hội - môi trường")
    sheet.stack(4, 3, "Đơn vị", "tính")
    count = {3: 1, 12: 3}.get(month, 2)
    spans = [Period("quarter", last.first - 3 * n, last.last - 3 * n) for n in range(count)][::-1]
    columns = Columns(FAMILY, _unit, flows.total)
    numbers = []
    for column, span in enumerate(spans, 4):
        sheet.stack(4, column, f"Quý {roman(span)}", f"năm {when}")
        numbers.append(columns.value(column, span, "" if span == last else "preliminary"))
    if month > 3:
        column = 4 + len(spans)
        words = ("Cả năm", when) if month == 12 else (f"{capital(to_date(month))} ", f"năm {when}")
        sheet.stack(4, column, *words)
        numbers.append(columns.value(column, since_january(publication)))
    sheet.note(sheet.body(7, _rows(), numbers))
    return sheet


def _rows() -> list[Row | None]:
    rows: list[Row | None] = []
    above = ""
    for section, members in SECTIONS.items():
        rows.append(Row("", section))
        for code, (label, unit, _) in members.items():
            rows.append(Row(code, f"{label}|{unit if unit != above else chr(34)}", 2))
            above = unit
    return rows


def _unit(item: str) -> str:
    unit = _ITEMS[item][1]
    return unit[0].lower() + unit[1:]
