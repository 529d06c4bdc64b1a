"""Retail sales and services: monthly values with revisions, a restatement, and their tables."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from simulators.workbooks.calendar import (
    Month,
    Period,
    base_number,
    is_missing,
    month_of,
    number,
    quarter,
    roman,
    since_january,
    single,
    tet_days,
    year,
)
from simulators.workbooks.noise import shocks
from simulators.workbooks.sheet import Column, Meaning, Number, Row, Sheet

TOTAL = "tong_so"
TITLE = "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"
UNIT = "Tỷ đồng"
_ANCHOR = month_of(date(2023, 12, 1))


@dataclass(frozen=True)
class Item:
    """A part of the total.

    Attributes:
        label: its official name.
        level: December 2023 on the old base, tỷ đồng.
        growth: trend, share a year.
        tet: extra sales when all days around Tết lie in the month, share.
        restated: value on a new base over value on the old one.
    """

    label: str
    level: float
    growth: float
    tet: float
    restated: float


# Levels and the restatement of the official December 2023 (565,786 became 515,952); here every
# part moves by more than 5 %, so that the rule alone recognises the new base.
ITEMS = {
    "ban_le": Item("Bán lẻ hàng hóa", 437_300, 0.088, 0.06, 0.900),
    "luu_tru": Item("Dịch vụ lưu trú, ăn uống", 59_400, 0.125, 0.04, 0.935),
    "lu_hanh": Item("Du lịch lữ hành", 3_610, 0.190, 0.10, 1.337),
    "dich_vu_khac": Item("Dịch vụ khác", 65_300, 0.090, -0.04, 0.912),
}


class Retail:
    """What the agency knew and published about retail.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        self._noise = {item: shocks(seed, f"ban_le/{item}", 0.008) for item in ITEMS}
        self._revision = {item: shocks(seed, f"ban_le/{item}/sua", 0.004) for item in ITEMS}

    def preliminary(self, item: str, month: Month) -> float:
        """Give the value published one month later ('Sơ bộ'), tỷ đồng.

        After a month without a workbook the estimate before it stays the newest value.
        """
        if is_missing(month + 1):
            return self.estimate(item, month)
        return self._sum(item, lambda part: round(self._true(part, month, month + 1), 6))

    def estimate(self, item: str, month: Month) -> float:
        """Give the value published for a month at its end ('Ước tính'), tỷ đồng."""
        return self._sum(
            item,
            lambda part: round(
                self._true(part, month, month) * (1 + self._revision[part][month]), 6
            ),
        )

    def span(self, item: str, period: Period, publication: Month) -> float:
        """Give the total of a span as known at a publication, tỷ đồng."""
        values = [
            self.estimate(item, month) if month == publication else self.preliminary(item, month)
            for month in period.months()
        ]
        return round(sum(values), 6)

    def true_span(self, item: str, period: Period, publication: Month) -> float:
        """Give the total of a span without revisions, on the base of a publication."""
        return self._sum(
            item, lambda part: sum(self._true(part, m, publication) for m in period.months())
        )

    def prior(self, item: str, period: Period, publication: Month) -> float:
        """Give what an index compares a span with: the newest published value a year before.

        It stands on the base of the publication: after a restatement the agency recalculates the
        year before without publishing it.

        Args:
            item: code of the item.
            period: the span that is compared, not the one a year before.
            publication: month whose workbook is published.

        Returns:
            The value of the same span one year earlier, tỷ đồng.
        """
        before = period.year_before()
        # A span that ends with the month of its publication was printed once, with the estimate
        # of its last month, unless that workbook is missing or a later table revised it.
        revised = (
            before.kind == "month"
            or (before.kind == "quarter" and number(before.last) != 12)
            or is_missing(before.last)
        )
        known_at = before.last + 1 if revised else before.last
        steps = base_number(publication) - base_number(known_at)
        return self._sum(
            item,
            lambda part: self.span(part, before, known_at) * _rebased(part, steps),
        )

    def _true(self, part: str, month: Month, publication: Month) -> float:
        """Value without revisions on the base of a publication."""
        item = ITEMS[part]
        season = (1.0, 0.985, 0.97, 0.975, 0.985, 0.985, 0.985, 0.99, 0.99, 1.0, 1.005, 1.02)
        return (
            item.level
            * math.pow(1 + item.growth, (month - _ANCHOR) / 12)
            * season[number(month) - 1]
            * (1 + item.tet * tet_days(month, 16, 6))
            * (1 + self._noise[part][month])
            * _rebased(part, base_number(publication) - 1)
        )

    @staticmethod
    def _sum(item: str, value: Callable[[str], float]) -> float:
        if item == TOTAL:
            return round(sum(value(part) for part in ITEMS), 6)
        return value(item)


class RetailTables:
    """The retail sheets of one publication.

    Args:
        retail: what the agency knows.
        publication: month whose workbook is published.
    """

    def __init__(self, retail: Retail, publication: Month) -> None:
        self._retail = retail
        self._month = publication
        self._year = year(publication)

    def monthly(self, name: str, prefix: str) -> Sheet:
        """Lay out the monthly table in the form that the agency used for this month.

        Args:
            name: sheet name.
            prefix: number of the table with its dot, such as '13. '.

        Returns:
            The sheet.
        """
        forms = {
            1: self._january,
            2: self._february,
            3: self._march,
            6: self._half,
            7: self._july,
            9: self._half,
            12: self._december,
        }
        sheet = Sheet.named(name)
        end = forms.get(number(self._month), self._regular)(sheet, prefix)
        sheet.note(end)
        if number(self._month) == 4 and self._year % 3 == 1:
            sheet.put(end + 3, 9, 30)  # a stray number, as in the official May 2019
        return sheet

    def quarterly(self, name: str, prefix: str) -> Sheet:
        """Lay out the table of quarters, published in months 6, 9 and 12."""
        sheet = Sheet.named(name)
        sheet.title(f"{prefix}{TITLE} các quý năm {self._year}")
        sheet.note(self._quarters(sheet, 4, _three_quarters(self._month)))
        return sheet

    def both_on_one_sheet(self, name: str, prefix: str, second: str) -> Sheet:
        """Lay out the monthly table and, below it, the quarters, as in September 2022."""
        sheet = Sheet.named(name)
        end = self._half(sheet, prefix)
        sheet.title(f"{second}{TITLE}", f"      các quý năm {self._year}", row=end + 5)
        sheet.note(self._quarters(sheet, end + 8, True))
        return sheet

    def _january(self, sheet: Sheet, prefix: str) -> int:
        months = (f"tháng 12\nnăm {self._year - 1}", f"tháng 01 năm {self._year}")
        sheet.title(prefix + TITLE)
        sheet.put(3, 6, UNIT)
        sheet.put(4, 3, f"Sơ bộ\n{months[0]}")
        sheet.put(4, 4, f"Ước tính\n{months[1]}")
        sheet.put(5, 4, "Tổng mức")
        sheet.put(5, 5, "Cơ cấu (%)")
        sheet.put(4, 6, f"Tháng 01 năm {self._year}\nso với cùng kỳ\nnăm trước (%)")
        for merge in ((4, 3, 5, 3), (4, 4, 4, 5), (4, 6, 5, 6), (7, 1, 7, 2)):
            sheet.merge(*merge)
        this = single(self._month)
        columns = [
            self._value(3, single(self._month - 1), "preliminary"),
            self._value(4, this),
            self._share(5, this),
            self._yoy(6, this),
        ]
        return sheet.body(7, _rows(indented=True), columns)

    def _february(self, sheet: Sheet, prefix: str) -> int:
        sheet.title(prefix + TITLE, f"       tháng 2 và 2 tháng năm {self._year}")
        sheet.put(4, 8, UNIT)
        sheet.stack(5, 3, "Thực hiện", "tháng 01", "năm", self._year)
        sheet.stack(5, 4, "Ước tính", "tháng 02", "năm", self._year)
        sheet.stack(5, 5, "Cộng dồn 2 tháng", f"năm {self._year}", "Tổng", "mức")
        sheet.stack(7, 6, "Cơ", "cấu (%)")
        change = (f"năm {self._year}", "so với", "cùng kỳ", "năm", "trước (%)")
        sheet.stack(5, 7, "Tháng 02", *change)
        sheet.stack(5, 8, "2 tháng", *change)
        sheet.merge_pairs((5, 6), (5,))
        sheet.merge(12, 1, 12, 2)
        return sheet.body(12, _rows(indented=True), self._six_columns(3, "official"))

    def _regular(self, sheet: Sheet, prefix: str) -> int:
        month = number(self._month)
        caption = {4: "4 tháng đầu năm", 5: "5 tháng đầu năm"}.get(month, f"{month} tháng năm")
        sheet.title(prefix + TITLE)
        sheet.put(4, 7, UNIT)
        self._stacked_head(sheet, 5, 2, (caption, f"năm {self._year}"), f"{month} tháng")
        sheet.merge_pairs((5, 6), (4,))
        return sheet.body(12, _rows(indented=False), self._six_columns(2, "preliminary"))

    def _march(self, sheet: Sheet, prefix: str) -> int:
        sheet.title(prefix + TITLE)
        sheet.put(4, 7, UNIT)
        self._stacked_head(sheet, 5, 2, ("Quý I", f"năm {self._year}"), "Quý I")
        sheet.merge_pairs((5, 6), (4,))
        return sheet.body(12, _rows(indented=False), self._six_columns(2, "preliminary"))

    def _july(self, sheet: Sheet, prefix: str) -> int:
        """Units stand in the header, none in the corner, as in July 2024."""
        sheet.title(prefix + TITLE)
        self._stacked_head(sheet, 5, 2, ("Ước tính 7 tháng ", f"năm {self._year}"), "7 tháng")
        sheet.merge_pairs((5, 6), (4,))
        for column in (2, 3, 4):
            sheet.put(9, column, "(Tỷ đồng)")
        sheet.put(8, 5, "cấu ")
        sheet.put(9, 5, "(%)")
        return sheet.body(12, _rows(indented=False), self._six_columns(2, "preliminary"))

    def _half(self, sheet: Sheet, prefix: str) -> int:
        month = number(self._month)
        sheet.title(prefix + TITLE)
        sheet.put(3, 8, UNIT)
        caption = (f"Cộng dồn {month} tháng", f"năm {self._year}")
        self._stacked_head(sheet, 4, 3, caption, f"{month} tháng")
        sheet.merge_pairs((4, 5), (5,))
        sheet.merge(11, 1, 11, 2)
        return sheet.body(11, _rows(indented=True), self._six_columns(3, "preliminary"))

    def _december(self, sheet: Sheet, prefix: str) -> int:
        sheet.title(prefix + TITLE)
        sheet.put(3, 8, UNIT)
        sheet.stack(4, 3, "Sơ bộ", "tháng 11", "năm", self._year)
        sheet.stack(4, 4, "Ước tính", "tháng 12", "năm", self._year)
        sheet.stack(4, 5, "Ước tính", f"năm {self._year}", "Tổng", "mức")
        sheet.stack(6, 6, "Cơ", "cấu (%)")
        sheet.stack(4, 7, "Tháng 12 ", f"năm {self._year}", "so với cùng", "kỳ năm ", "trước (%)")
        sheet.stack(4, 8, f"Năm {self._year}", "so với", f"năm {self._year - 1}", "(%)")
        sheet.merge_pairs((4, 5), (5,))
        sheet.merge(10, 1, 10, 2)
        return sheet.body(10, _rows(indented=True), self._six_columns(3, "preliminary"))

    def _stacked_head(
        self, sheet: Sheet, top: int, left: int, cumulative: tuple[str, str], span: str
    ) -> None:
        """Write the six header stacks of an ordinary month."""
        month = number(self._month)
        sheet.stack(top, left, "Sơ bộ", f"tháng {month - 1}", "năm", self._year)
        sheet.stack(top, left + 1, "Ước tính", f"tháng {month}", "năm", self._year)
        sheet.stack(top, left + 2, *cumulative, "Tổng", "mức")
        sheet.stack(top + 2, left + 3, "Cơ", "cấu (%)")
        change = (f"năm {self._year}", "so với", "cùng kỳ", "năm", "trước (%)")
        sheet.stack(top, left + 4, f"Tháng {month}", *change)
        sheet.stack(top, left + 5, span, *change)

    def _six_columns(self, left: int, last_month: str) -> list[Column]:
        """Give the columns: last month, this month, cumulative, its shares, two changes."""
        this, cumulative = single(self._month), since_january(self._month)
        return [
            self._value(left, single(self._month - 1), last_month),
            self._value(left + 1, this),
            self._value(left + 2, cumulative),
            self._share(left + 3, cumulative),
            self._yoy(left + 4, this),
            self._yoy(left + 5, cumulative),
        ]

    def _quarters(self, sheet: Sheet, top: int, three: bool) -> int:
        """Write the quarters from the unit's row on; three values and two changes, or two each."""
        last = quarter(self._month)
        spans = [Period("quarter", last.first - 3 * n, last.last - 3 * n) for n in (1, 0)]
        values = [Period("quarter", last.first - 6, last.last - 6), *spans] if three else spans
        width = len(values) + len(spans)
        sheet.put(top, 2 + width, UNIT)
        for offset, span in enumerate(values):
            status = "Ước tính" if span == last else "Thực hiện" if three else "Sơ bộ"
            lines = (f"quý {roman(span)}", f"năm {self._year}")
            sheet.stack(top + 1, 3 + offset, status, *lines)
        change = 3 + len(values)
        sheet.put(top + 1, change, "So với cùng kỳ năm trước (%)")
        sheet.merge(top + 1, change, top + 1, change + 1)
        for offset, span in enumerate(spans):
            sheet.stack(top + 2, change + offset, f"Quý {roman(span)}", f"năm {self._year}")
        earlier = "official" if three else "preliminary"
        columns = [
            self._value(3 + offset, span, "estimate" if span == last else earlier)
            for offset, span in enumerate(values)
        ]
        columns += [
            self._yoy(change + offset, span, "estimate" if span == last else earlier)
            for offset, span in enumerate(spans)
        ]
        sheet.merge(top + 5, 1, top + 5, 2)
        return sheet.body(top + 5, _rows(indented=True), columns)

    def _value(self, column: int, period: Period, status: str = "estimate") -> Column:
        return Column.of(
            column,
            self._meaning("value", period, "tỷ đồng", status),
            lambda item: self._retail.span(item, period, self._month),
            lambda item: self._retail.true_span(item, period, self._month),
        )

    def _share(self, column: int, period: Period) -> Column:
        def of(span: Callable[[str, Period, Month], float]) -> Number:
            whole = span(TOTAL, period, self._month)
            return lambda item: 100 * span(item, period, self._month) / whole

        meaning = self._meaning("share", period, "%", "estimate")
        return Column.of(column, meaning, of(self._retail.span), of(self._retail.true_span))

    def _yoy(self, column: int, period: Period, status: str = "estimate") -> Column:
        def printed(item: str) -> float:
            now = self._retail.span(item, period, self._month)
            return 100 * now / self._retail.prior(item, period, self._month)

        def true(item: str) -> float:
            now = self._retail.true_span(item, period, self._month)
            return 100 * now / self._retail.true_span(item, period.year_before(), self._month)

        meaning = self._meaning("yoy_index", period, "%", status)
        return Column.of(column, meaning, printed, true)

    def _meaning(self, role: str, period: Period, unit: str, status: str) -> Meaning:
        form = "index_100" if role == "yoy_index" else "level"
        base = str(base_number(self._month))
        return Meaning("ban_le", role, period, unit, form=form, status=status, base=base)


def _rebased(part: str, steps: int) -> float:
    """Give the factor that carries a value over some restatements (back when negative)."""
    return math.pow(ITEMS[part].restated, steps)


def _three_quarters(publication: Month) -> bool:
    """Say whether a September table shows three quarters, as in 2023."""
    return number(publication) == 9 and year(publication) % 3 == 1


def _rows(*, indented: bool) -> list[Row]:
    column = 2 if indented else 1
    return [
        Row(TOTAL, "TỔNG SỐ"),
        *(Row(code, item.label, column) for code, item in ITEMS.items()),
    ]
