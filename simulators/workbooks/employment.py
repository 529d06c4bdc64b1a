"""Employment in industry: indices of the labour that enterprises use, and their table."""

from collections.abc import Callable

from simulators.workbooks.calendar import Month, Period, number, single, year
from simulators.workbooks.flows import Flows, Leaf
from simulators.workbooks.industry import SECTIONS
from simulators.workbooks.sheet import Column, Meaning, Row, Sheet

FAMILY, TOTAL = "lao_dong_cn", "toan_nganh"
TITLE = "Chỉ số sử dụng lao động của doanh nghiệp công nghiệp "
_LABELS = {
    "dien": "Sản xuất và phân phối điện",
    "nuoc": "Cung cấp nước; hoạt động quản lý\nvà xử lý rác thải, nước thải",
    "sua_chua": "Sửa chữa, bảo dưỡng và lắp đặt máy móc và thiết bị",
}


def employment(seed: int) -> Flows:
    """Draw the labour in use on the first day of each month; sections and the whole are sums."""
    leaves, groups = {}, {}
    for section, (_, weight, industries) in SECTIONS.items():
        parts = list(industries) or [section]
        for part in parts:
            leaves[part] = Leaf(1000 * weight / len(parts), 0.02, 0.006, -0.02)
        if industries:
            groups[section] = parts
    return Flows(seed, FAMILY, leaves, groups | {TOTAL: list(SECTIONS)})


def employment_sheet(labour: Flows, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the monthly table."""
    sheet = Sheet.named(name)
    when, month = year(publication), number(publication)
    sheet.title(prefix + TITLE)
    sheet.put(3, 3, "%")
    day = (
        f"01/{month:02d}/{when} so với" if month in (1, 10, 11, 12) else f"1/{month}/{when} so với"
    )
    head = ("Chỉ số sử dụng", "lao động thời điểm", day, "cùng thời điểm")
    sheet.stack(4, 2, *head, "tháng trước")
    sheet.stack(4, 3, *head, f"năm {when - 1}" if month == 1 else "năm trước")
    columns = [
        _index(2, "mom_index", publication, _against(labour, publication, 1)),
        _index(3, "yoy_index", publication, _against(labour, publication, 12)),
    ]
    sheet.note(sheet.body(10, _rows(), columns))
    return sheet


def _index(column: int, role: str, month: Month, index: Callable[[str], float]) -> Column:
    period: Period = single(month)
    meaning = Meaning(FAMILY, role, period, "%", form="index_100", status="official")
    return Column.of(column, meaning, lambda item: round(index(item), 2), index)


def _against(labour: Flows, month: Month, months: int) -> Callable[[str], float]:
    return lambda item: 100 * labour.month(item, month) / labour.month(item, month - months)


def _rows() -> list[Row | None]:
    rows: list[Row | None] = [Row(TOTAL, "Toàn ngành công nghiệp")]
    for section, (label, _, industries) in SECTIONS.items():
        rows.append(Row(section, _LABELS.get(section, label)))
        rows += [Row(code, _LABELS.get(code, name)) for code, name in industries.items()]
    return rows
