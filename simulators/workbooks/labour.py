"""Labour force by quarter: people in thousands, unemployment rates, and their tables."""

from simulators.workbooks.calendar import (
    Month,
    Period,
    number,
    quarter,
    roman,
    since_january,
    year,
)
from simulators.workbooks.flows import Columns, Flows, Leaf
from simulators.workbooks.noise import wander
from simulators.workbooks.sheet import Column, Meaning, Row, Sheet

FAMILY = "lao_dong_viec_lam"
FORCE, WORKING = "luc_luong", "co_viec_lam"
_LABELS = {
    FORCE: "Lực lượng lao động từ 15 tuổi trở lên ",
    "nam": "Nam ",
    "nu": "Nữ",
    "thanh_thi": "Thành thị ",
    "nong_thon": "Nông thôn",
    WORKING: "Lao động có việc làm",
    "viec_nong_lam": "Nông, lâm nghiệp và thủy sản",
    "viec_cong_nghiep": "Công nghiệp và xây dựng",
    "viec_dich_vu": "Dịch vụ",
}
_SECTORS = {"viec_nong_lam": 0.265, "viec_cong_nghiep": 0.332, "viec_dich_vu": 0.403}
RATES: dict[str, tuple[str, float, float]] = {
    "that_nghiep": ("Tỷ lệ thất nghiệp trong độ tuổi lao động", 2.6, 2.0),
    "that_nghiep_thanh_nien": ("Tỷ lệ thất nghiệp thanh niên (từ 15-24 tuổi)", 9.9, 6.9),
    "thieu_viec_lam": ("Tỷ lệ thiếu việc làm trong độ tuổi lao động", 1.3, 2.4),
}


class Labour:
    """The labour force; a span longer than a quarter holds the average of its quarters.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        leaf = Leaf(52_500, 0.008, 0.002, 0.0)
        self._flows = Flows(seed, "lao_dong", {FORCE: leaf})
        self._split(seed, FORCE, "nu", "nam", 0.468)
        self._split(seed, FORCE, "thanh_thi", "nong_thon", 0.386)
        jobless = wander(seed, "lao_dong/that_nghiep", 0.0004)
        force = self._flows.month
        self._flows.derive(WORKING, lambda m: force(FORCE, m) * (0.979 + jobless[m]))
        for sector, share in list(_SECTORS.items())[:2]:
            self._flows.add(sector, {WORKING: share})
        self._flows.add("viec_dich_vu", {WORKING: 1.0, "viec_nong_lam": -1.0,
                                         "viec_cong_nghiep": -1.0})  # fmt: skip
        self._seed = seed

    def _split(self, seed: int, whole: str, part: str, rest: str, share: float) -> None:
        drift = wander(seed, f"lao_dong/{part}", 0.0015)
        month = self._flows.month
        self._flows.derive(part, lambda m: month(whole, m) * (share + drift[m]))
        self._flows.add(rest, {whole: 1.0, part: -1.0})

    def people(self, item: str, period: Period) -> float | None:
        """Give the average of a span, nghìn người."""
        total = self._flows.total(item, period)
        return None if total is None else round(total / len(period.months()), 6)

    def rate(self, item: str, area: str, period: Period) -> float:
        """Give the average rate of a span, percent; the whole lies between town and country."""
        if area == "chung":
            town = (self.people("thanh_thi", period) or 0) / (self.people(FORCE, period) or 1)
            rates = [self.rate(item, where, period) for where in ("thanh_thi", "nong_thon")]
            return town * rates[0] + (1 - town) * rates[1]
        _, town_level, country_level = RATES[item]
        level = town_level if area == "thanh_thi" else country_level
        drift = wander(self._seed, f"lao_dong/{item}/{area}", 0.01)
        months = period.months()
        return level * sum(1 + drift[month] for month in months) / len(months)


def labour_sheet(labour: Labour, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the table of people, in thousands and as shares."""
    sheet = Sheet.named(name)
    sheet.title(f"{prefix}Một số chỉ tiêu lao động ")
    spans = _spans(publication)
    for column, (period, is_estimate) in enumerate(spans, 2):
        if is_estimate:
            words = (
                ("năm",) if number(publication) == 12 else (f"{number(publication)} tháng", "năm")
            )
            lines: tuple[str | int, ...] = ("Ước tính", *words, year(publication))
        else:
            lines = (f"Quý {roman(period)}", "năm", year(period.last))
        sheet.stack(4, column, *lines)
    of = Columns(FAMILY, "nghìn người", labour.people)
    people, shares = [], []
    for column, (period, is_estimate) in enumerate(spans, 2):
        is_last = is_estimate or period.last == publication
        status = "estimate" if is_last else "preliminary"
        people.append(of.value(column, period, status))
        shares.append(of.share(column, period, _whole, status))
    row = 8
    for caption, columns in (("Nghìn người", people), ("Cơ cấu - %", shares)):
        sheet.put(row, 2, caption)
        if len(spans) > 1:
            sheet.merge(row, 2, row, 1 + len(spans))
        row = sheet.body(row + 2, _rows(), columns) + 1
    sheet.note(row)
    return sheet


def rates_sheet(labour: Labour, publication: Month, name: str, prefix: str) -> Sheet:
    """Lay out the table of unemployment and underemployment rates; spans stand in the rows."""
    sheet = Sheet.named(name)
    sheet.title(f"{prefix}Tỷ lệ thất nghiệp và tỷ lệ thiếu việc làm")
    sheet.put(3, 4, "%")
    sheet.put(4, 2, "Chung")
    sheet.put(4, 3, "Chia ra:")
    sheet.put(5, 3, "Thành thị")
    sheet.put(5, 4, "Nông thôn")
    sheet.merge(4, 2, 5, 2)
    sheet.merge(4, 3, 4, 4)
    row, spans = 7, _spans(publication)
    first = publication - number(publication) + 1
    quarters = [Period("quarter", m, m + 2) for m in range(first, publication, 3)]
    spans = [(span, False) for span in quarters] + spans[-1:] if len(quarters) > 1 else spans
    for item, (label, *_) in RATES.items():
        row = sheet.body(row, [Row("", label, bold=True)], [])
        for period, is_estimate in spans:
            text = f"Quý {roman(period)} năm {year(period.last)}"
            if is_estimate:
                span = "" if number(publication) == 12 else f"{number(publication)} tháng "
                text = f"Ước tính {span}năm {year(publication)}"
            status = "estimate" if period.last == publication else "preliminary"
            columns = [
                _rate(labour, column, area, period, status)
                for column, area in enumerate(("chung", "thanh_thi", "nong_thon"), 2)
            ]
            row = sheet.body(row, [Row(item, text)], columns)
        row += 1
    sheet.note(row)
    return sheet


def _rate(labour: Labour, column: int, area: str, period: Period, status: str) -> Column:
    meaning = Meaning(FAMILY, "value", period, "%", area, status=status)
    return Column.of(column, meaning, lambda item: labour.rate(item, area, period))


def _spans(publication: Month) -> list[tuple[Period, bool]]:
    """Give the printed spans: the last quarters and, after the first, the estimate to date."""
    last = quarter(publication)
    if number(publication) == 3:
        return [(Period("quarter", last.first - 3, last.last - 3), False), (last, False)]
    count = 4 if number(publication) == 12 else 2
    quarters = [Period("quarter", last.first - 3 * n, last.last - 3 * n) for n in range(count)]
    return [*((span, False) for span in quarters[::-1]), (since_january(publication), True)]


def _whole(item: str) -> str:
    return WORKING if item in _SECTORS or item == WORKING else FORCE


def _rows() -> list[Row | None]:
    rows: list[Row | None] = []
    for code, label in _LABELS.items():
        heading = {"nam": "Phân theo giới tính", "thanh_thi": "Phân theo thành thị, nông thôn"}
        if code in heading:
            rows.append(Row("", heading[code]))
        rows.append(Row(code, label, bold=code in (FORCE, WORKING)))
    return rows
