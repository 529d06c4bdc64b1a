"""Perennial crops of a year: the hidden sheet of the December workbooks."""

from functools import partial

from simulators.workbooks.calendar import Month, Period, whole_year, year
from simulators.workbooks.sheet import Column, Meaning, Row, Sheet

FAMILY = "nong_nghiep"
# Item: label, production of 2024 in thousand tonnes, growth as a share a year.
_CROPS = {
    "che": ("Chè (Búp tươi)", 1130.2, 0.006),
    "ca_phe": ("Cà phê (Nhân)", 1948.1, -0.004),
    "cao_su": ("Cao su (Mủ khô)", 1301.0, 0.007),
}


def crops_sheet(publication: Month) -> Sheet:
    """Lay out the production of this year and the last one on a sheet that nobody is shown."""
    when = year(publication)
    sheet = Sheet.named("6NN", hidden=True)
    sheet.title("6. Sản lượng một số cây lâu năm")
    sheet.put(4, 2, f"Năm {when - 1}")
    sheet.stack(4, 3, "Ước tính", f"năm {when}")
    rows = [Row("", "Sản lượng (Nghìn tấn)", bold=True), *(Row(i, c[0]) for i, c in _CROPS.items())]
    columns = [
        _column(2, whole_year(publication - 12), "preliminary"),
        _column(3, whole_year(publication), "estimate"),
    ]
    sheet.note(sheet.body(6, rows, columns))
    return sheet


def _column(column: int, period: Period, status: str) -> Column:
    meaning = Meaning(FAMILY, "value", period, "nghìn tấn", status=status)
    return Column.of(column, meaning, partial(_production, period.start.year))


def _production(when: int, item: str) -> float:
    _, level, growth = _CROPS[item]
    return round(level * (1 + growth) ** (when - 2024), 1)
