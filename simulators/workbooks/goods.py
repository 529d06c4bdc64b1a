"""Trade in goods with quantity and value: monthly figures by kind of goods and their tables."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from simulators.workbooks.calendar import (
    Month,
    Period,
    capital,
    month_of,
    number,
    quarter,
    roman,
    since_january,
    single,
    tet_days,
    to_date,
    two_digits,
    whole_year,
    year,
)
from simulators.workbooks.flows import Columns
from simulators.workbooks.noise import FIRST, LAST, shocks, wander
from simulators.workbooks.sheet import Column, Row, Sheet

UNIT = "Nghìn tấn; Triệu USD"
QUANTITY, VALUE = "luong", "tri_gia"
TOTAL, DOMESTIC, FOREIGN, UNLISTED = "tong_tri_gia", "trong_nuoc", "dau_tu_nuoc_ngoai", "hang_khac"
_MID_2024 = month_of(date(2024, 7, 1))


@dataclass(frozen=True)
class Good:
    """A kind of goods.

    Attributes:
        labels: its names in the workbooks up to 2022, up to November 2024, and since.
        value: mid-2024 value of a month, triệu USD.
        quantity: mid-2024 quantity of a month, in `unit`; 0 where none is published.
        growth: trend of the quantity, share a year.
        new: whether it is listed only since December 2024.
        unit: unit of the quantity.
        is_part: whether its value is already within the goods listed before it.
    """

    labels: tuple[str, str, str]
    value: float
    quantity: float = 0.0
    growth: float = 0.06
    new: bool = False
    unit: str = "nghìn tấn"
    is_part: bool = False


def good(label: str, value: float, quantity: float = 0.0, growth: float = 0.06) -> Good:
    """Describe goods that never changed their name."""
    return Good((label, label, label), value, quantity, growth)


class Trade:
    """Customs figures by month; they are not revised.

    Args:
        seed: seed of the simulation.
        name: name of the random streams.
        goods: the listed goods.
        unlisted: mid-2024 value of a month of all other goods, triệu USD.
        foreign: share of foreign-invested enterprises.
    """

    def __init__(
        self, seed: int, name: str, goods: Mapping[str, Good], unlisted: float, foreign: float
    ) -> None:
        self._name = name
        self._series: dict[tuple[str, str], dict[Month, float]] = {}
        for code, kind in goods.items():
            self._draw(seed, code, kind)
        self._draw(seed, UNLISTED, good("", unlisted))
        listed = [code for code, kind in goods.items() if not kind.is_part]
        self._add_sectors(seed, [*listed, UNLISTED], foreign)

    def total(self, item: str, measure: str, period: Period) -> float | None:
        """Give a span's total; None where no quantity is published.

        Args:
            item: code of goods or of a sector.
            measure: luong (nghìn tấn) or tri_gia (triệu USD).
            period: the span.

        Returns:
            The sum of its months, six decimals.
        """
        series = self._series.get((item, measure))
        if series is None:
            return None
        return round(sum(series[month] for month in period.months()), 6)

    def split_off(self, item: str, part: str, rest: str, named: str) -> None:
        """Split an item's value into the value of goods, under a second name, and the rest."""
        whole, goods = self._series[item, VALUE], self._series[named, VALUE]
        self._series[part, VALUE] = goods
        self._series[rest, VALUE] = {m: round(whole[m] - goods[m], 6) for m in whole}

    def _draw(self, seed: int, code: str, kind: Good) -> None:
        name = f"{self._name}/{code}"
        drift = wander(seed, f"{name}/dai", 0.02)
        noise = shocks(seed, name, 0.04)
        price = wander(seed, f"{name}/gia", 0.025)
        inflation = Random(f"{seed}/{name}").uniform(0.0, 0.04)
        quantities, values = {}, {}
        for month in range(FIRST, LAST + 1):
            years = (month - _MID_2024) / 12
            volume = (
                (1 + kind.growth) ** years
                * (1 - 0.20 * tet_days(month, 3, 7))
                * (1 + 0.03 * (number(month) >= 7))
                * max(0.3, 1 + drift[month] + noise[month])
            )
            unit_price = (1 + inflation) ** years * max(0.4, 1 + price[month])
            quantities[month] = round(kind.quantity * volume, 3)
            values[month] = round(kind.value * volume * unit_price, 6)
        self._series[code, VALUE] = values
        if kind.quantity:
            self._series[code, QUANTITY] = quantities

    def _add_sectors(self, seed: int, goods: list[str], foreign_share: float) -> None:
        """Split the total by sector so that every line of the table adds up."""
        share = wander(seed, f"{self._name}/fdi", 0.006)
        months = range(FIRST, LAST + 1)
        total = {m: round(sum(self._series[g, VALUE][m] for g in goods), 6) for m in months}
        foreign = {m: round(total[m] * (foreign_share + share[m]), 6) for m in months}
        self._series[TOTAL, VALUE] = total
        self._series[FOREIGN, VALUE] = foreign
        self._series[DOMESTIC, VALUE] = {m: round(total[m] - foreign[m], 6) for m in months}


@dataclass(frozen=True)
class Listing:
    """How a direction of trade is printed.

    Attributes:
        family: xuat_khau or nhap_khau.
        title: title of its tables.
        rows: the lines of a publication's tables.
        footnote: a remark below the last line, in the second column.
        goods: the listed goods.
    """

    family: str
    title: str
    rows: Callable[[Month], list[Row | None]]
    goods: Mapping[str, Good]
    footnote: str = ""


class TradeTables:
    """The sheets of one direction of trade in one publication.

    Args:
        trade: customs figures.
        listing: how they are printed.
        publication: month whose workbook is published.
    """

    def __init__(self, trade: Trade, listing: Listing, publication: Month) -> None:
        self._trade = trade
        self._listing = listing
        self._month = publication
        self._year = year(publication)

    def monthly(self, name: str, prefix: str) -> Sheet:
        """Lay out the monthly table in the form that the agency used for this month.

        Args:
            name: sheet name.
            prefix: number of the table with its dot, such as '14. '.

        Returns:
            The sheet.
        """
        sheet = Sheet.named(name)
        sheet.title(prefix + self._listing.title)
        sheet.note(self._january(sheet) if number(self._month) == 1 else self._regular(sheet))
        return sheet

    def quarterly(self, name: str, prefix: str) -> Sheet:
        """Lay out the table of quarters, published in months 6, 9 and 12."""
        sheet = Sheet.named(name)
        sheet.title(f"{prefix}{self._listing.title} các quý năm {self._year}")
        last = quarter(self._month)
        before = Period("quarter", last.first - 3, last.last - 3)
        sheet.put(3, 13, "Nghìn tấn; triệu USD")
        for left, span, status in ((3, before, "Thực hiện"), (6, last, self._status())):
            sheet.stack(4, left, status, f"quý {roman(span)}", f"năm {self._year}")
        for left, span in ((9, before), (12, last)):
            lines = ("so với cùng kỳ", "năm trước (%)")
            sheet.stack(4, left, f"Quý {roman(span)} năm {self._year}", *lines)
        self._quantity_and_value(sheet, 7, (3, 6, 9, 12))
        sheet.merge_pairs((4, 5, 6), (3, 6, 9, 12))
        sheet.merge(4, 8, 5, 8)
        columns = [
            *self._values(3, before, "official"),
            *self._values(6, last, self._status_code()),
            *self._changes(9, before, "official"),
            *self._changes(12, last, self._status_code()),
        ]
        sheet.note(self._body(sheet, 9, columns))
        return sheet

    def _january(self, sheet: Sheet) -> int:
        last_year = whole_year(self._month - 12)
        this = single(self._month)
        sheet.put(3, 10, UNIT)
        sheet.stack(4, 3, "Sơ bộ", "năm", self._year - 1)
        sheet.stack(4, 6, self._status(), "tháng 01", f"năm {self._year}")
        sheet.stack(4, 9, f"Tháng 01 năm {self._year}", "so với cùng kỳ", "năm trước (%)")
        self._quantity_and_value(sheet, 7, (3, 6, 9))
        sheet.merge_pairs((4, 5, 6), (3, 6, 9))
        columns = [
            *self._values(3, last_year, "preliminary"),
            *self._values(6, this, self._status_code()),
            *self._changes(9, this, self._status_code()),
        ]
        return self._body(sheet, 9, columns)

    def _regular(self, sheet: Sheet) -> int:
        month = number(self._month)
        this, cumulative = single(self._month), since_january(self._month)
        # In December 2023 the whole table stood one row higher.
        top = 3 if month == 12 and self._year % 2 else 4
        sheet.put(top - 1, 13, UNIT)
        sheet.stack(top, 3, self._status(), f"tháng {two_digits(month)}", f"năm {self._year}")
        span = to_date(month)
        year_line = self._year if month == 12 else f"năm {self._year}"
        sheet.stack(top, 6, self._status(), span, year_line)
        lines = ("so với cùng kỳ", "năm trước (%)")
        sheet.stack(top, 9, f"Tháng {two_digits(month)} năm {self._year}", *lines)
        if month == 12:
            sheet.stack(top, 12, f"Năm {self._year}", "so với", "năm trước (%)")
        else:
            sheet.stack(top, 12, f"{capital(span)} năm {self._year}", *lines)
        self._quantity_and_value(sheet, top + 3, (3, 6, 9, 12))
        sheet.merge_pairs((top, top + 1, top + 2), (3, 6, 9, 12))
        columns = [
            *self._values(3, this, self._status_code()),
            *self._values(6, cumulative, self._status_code()),
            *self._changes(9, this, self._status_code()),
            *self._changes(12, cumulative, self._status_code()),
        ]
        return self._body(sheet, top + 5, columns)

    def _status(self) -> str:
        return "Sơ bộ" if self._status_code() == "preliminary" else "Ước tính"

    def _status_code(self) -> str:
        """Estimates, but preliminary in September and December of 2024 and every third year."""
        late = number(self._month) in (9, 12) and self._year % 3 == 2
        return "preliminary" if late else "estimate"

    @staticmethod
    def _quantity_and_value(sheet: Sheet, row: int, lefts: Iterable[int]) -> None:
        for left in lefts:
            sheet.put(row, left, "Lượng")
            sheet.put(row, left + 1, "Trị giá")

    def _values(self, left: int, period: Period, status: str) -> list[Column]:
        quantity, value = self._columns(QUANTITY), self._columns(VALUE)
        return [quantity.value(left, period, status), value.value(left + 1, period, status)]

    def _changes(self, left: int, period: Period, status: str) -> list[Column]:
        quantity, value = self._columns(QUANTITY), self._columns(VALUE)
        return [quantity.yoy(left, period, status), value.yoy(left + 1, period, status)]

    def _columns(self, measure: str) -> Columns:
        def total(item: str, period: Period) -> float | None:
            return self._trade.total(item, measure, period)

        def unit(item: str) -> str:
            return self._listing.goods[item].unit if measure == QUANTITY else "triệu USD"

        return Columns(self._listing.family, unit, total, measure)

    def _body(self, sheet: Sheet, top: int, columns: list[Column]) -> int:
        end = sheet.body(top, self._listing.rows(self._month), columns)
        if not self._listing.footnote:
            return end
        sheet.put(end, 2, self._listing.footnote)
        return end + 1
