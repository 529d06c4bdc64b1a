"""Carriage of passengers and freight: monthly volumes and their tables."""

from dataclasses import dataclass

from simulators.workbooks.calendar import (
    Month,
    capital,
    number,
    since_january,
    single,
    to_date,
    two_digits,
    year,
)
from simulators.workbooks.flows import Columns, Flows, Leaf
from simulators.workbooks.noise import wander
from simulators.workbooks.sheet import Row, Sheet

MODES = {
    "duong_sat": "Đường sắt",
    "duong_bien": "Đường biển",
    "duong_thuy": "Đường thủy nội địa",
    "duong_bo": "Đường bộ",
    "hang_khong": "Hàng không",
}
TOTAL, HOME, ABROAD = "tong_so", "trong_nuoc", "ngoai_nuoc"


@dataclass(frozen=True)
class Kind:
    """What is carried.

    Attributes:
        title: title of its table.
        carried: label and unit of the volume carried.
        moved: label and unit of the volume times the distance.
        levels: mid-2024 monthly volumes by mode, carried and moved.
        abroad: share of carriage to other countries, carried and moved.
    """

    title: str
    carried: tuple[str, str]
    moved: tuple[str, str]
    levels: dict[str, tuple[float, float]]
    abroad: tuple[float, float]


KINDS = {
    "hanh_khach": Kind(
        "Vận tải hành khách",
        ("I. Vận chuyển (Nghìn HK)", "nghìn hành khách"),
        ("II. Luân chuyển (Triệu HK.km)", "triệu hành khách.km"),
        {
            "duong_sat": (600, 250),
            "duong_bien": (950, 60),
            "duong_thuy": (29_500, 600),
            "duong_bo": (380_000, 14_300),
            "hang_khong": (4500, 7300),
        },
        (0.0035, 0.2),
    ),
    "hang_hoa": Kind(
        "Vận tải hàng hoá",
        ("I. Vận chuyển (Nghìn tấn)", "nghìn tấn"),
        ("II. Luân chuyển (Triệu tấn.km)", "triệu tấn.km"),
        {
            "duong_sat": (420, 330),
            "duong_bien": (11_200, 22_000),
            "duong_thuy": (45_500, 9500),
            "duong_bo": (163_000, 9900),
            "hang_khong": (32, 800),
        },
        (0.018, 0.39),
    ),
}


class Transport:
    """Volumes by mode and by direction; both add up to the total.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        self.flows = {
            (code, moved): self._flows(seed, code, kind, moved)
            for code, kind in KINDS.items()
            for moved in (False, True)
        }

    @staticmethod
    def _flows(seed: int, code: str, kind: Kind, moved: bool) -> Flows:
        name = f"van_tai/{code}/{'luan_chuyen' if moved else 'van_chuyen'}"
        leaves = {mode: Leaf(kind.levels[mode][moved], 0.08, 0.03, 0.05) for mode in MODES}
        flows = Flows(seed, name, leaves, {TOTAL: list(MODES)})
        drift = wander(seed, f"{name}/ngoai_nuoc", 0.02)
        share = kind.abroad[moved]
        flows.derive(ABROAD, lambda m: flows.month(TOTAL, m) * share * max(0.2, 1 + drift[m]))
        flows.add(HOME, {TOTAL: 1.0, ABROAD: -1.0})
        return flows


def transport_sheet(
    transport: Transport, code: str, publication: Month, name: str, prefix: str
) -> Sheet:
    """Lay out the monthly table of passengers or freight."""
    kind = KINDS[code]
    when, year_no = number(publication), year(publication)
    sheet = Sheet.named(name)
    long = {1: " tháng 01", 6: " tháng 6 và 6 tháng đầu", 9: " tháng 9 và 9 tháng"}
    long[12] = " tháng 12 và"
    sheet.title(prefix + kind.title + (f"{long[when]} năm {year_no}" if when in long else ""))
    left = 3 if when in long else 2
    _head(sheet, left, publication)
    this, cumulative = single(publication), since_january(publication)
    row = 9
    for moved in (False, True):
        label, unit = kind.moved if moved else kind.carried
        measure = f"{code}.{'luan_chuyen' if moved else 'van_chuyen'}"
        columns = Columns("van_tai", unit, transport.flows[code, moved].total, measure)
        numbers = [columns.value(left, this)]
        if when == 1:
            numbers += [columns.mom(left + 1, publication), columns.yoy(left + 2, this)]
        else:
            numbers += [
                columns.value(left + 1, cumulative),
                columns.mom(left + 2, publication),
                columns.yoy(left + 3, this),
                columns.yoy(left + 4, cumulative),
            ]
        row = sheet.body(row, _rows(label, left - 1), numbers) + (when in long)
    sheet.note(row)
    return sheet


def _head(sheet: Sheet, left: int, publication: Month) -> None:
    when, year_no = number(publication), year(publication)
    month = two_digits(when)
    sheet.stack(4, left, "Ước tính", f"tháng {month}", "năm", year_no)
    caption = f"Tháng {month} năm"
    if when == 1:
        so_voi = ("tháng 12 năm", f"{year_no - 1} (%)")
        sheet.stack(4, left + 1, caption, f"{year_no} so với", *so_voi)
        sheet.stack(4, left + 2, caption, f"{year_no} so với", "cùng kỳ năm", "trước (%)")
        return
    if when == 12:
        sheet.stack(4, left + 1, "Ước tính", "năm", year_no)
        sheet.stack(4, left + 4, f"Năm {year_no}", " so với", f"năm {year_no - 1}", "(%)")
    else:
        span = to_date(when)
        sheet.stack(4, left + 1, "Ước tính", span, "năm", year_no)
        lines = (f"{year_no} so với", "cùng kỳ năm", "trước (%)")
        sheet.stack(4, left + 4, f"{capital(span)} năm", *lines)
    sheet.stack(4, left + 2, caption, f"{year_no} so với", "tháng trước", "(%)")
    sheet.stack(4, left + 3, caption, f"{year_no} so với", "cùng kỳ năm", "trước (%)")


def _rows(label: str, column: int) -> list[Row | None]:
    indent = "  " if column == 2 else ""
    return [
        Row(TOTAL, label),
        Row("", f"{indent}Phân theo khu vực vận tải"),
        Row(HOME, "Trong nước", column),
        Row(ABROAD, "Ngoài nước", column),
        Row("", f"{indent}Phân theo ngành vận tải"),
        *(Row(mode, name, column) for mode, name in MODES.items()),
    ]
