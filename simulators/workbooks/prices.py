"""Consumer prices with gold, dollar and core inflation: index levels and their tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from simulators.workbooks.calendar import (
    QUARTERS,
    Month,
    Period,
    month_of,
    number,
    quarter,
    since_january,
    single,
    tet_days,
    two_digits,
    year,
)
from simulators.workbooks.noise import FIRST, LAST, shocks
from simulators.workbooks.sheet import Column, Figure, Meaning, Row, Sheet

TITLE = "Chỉ số giá tiêu dùng, chỉ số giá vàng, chỉ số giá đô la Mỹ "
TOTAL, CORE = "cpi", "lam_phat_co_ban"
BASE_YEAR = 2019


@dataclass(frozen=True)
class Price:
    """How a price moves.

    Attributes:
        inflation: trend, percent a year.
        spread: standard deviation of a month's change, percent.
        tet: rise in the month that holds the days before Tết, percent; it falls back after.
        september: step at the start of the school year, percent.
    """

    inflation: float
    spread: float
    tet: float = 0.0
    september: float = 0.0


LEAVES = {
    "luong_thuc": Price(5.0, 0.7, 0.3),
    "thuc_pham": Price(2.6, 0.5, 1.2),
    "an_uong_ngoai_gia_dinh": Price(4.2, 0.15, 0.3),
    "do_uong_thuoc_la": Price(2.6, 0.10, 0.3),
    "may_mac": Price(1.6, 0.08, 0.1),
    "nha_o": Price(4.2, 0.35, -0.1),
    "thiet_bi": Price(1.4, 0.06),
    "thuoc": Price(1.5, 0.05),
    "dich_vu_y_te": Price(4.5, 0.40),
    "giao_thong": Price(1.5, 1.30, 0.2),
    "buu_chinh_vien_thong": Price(-0.7, 0.06),
    "do_dung_hoc_tap": Price(2.0, 0.05, 0.0, 1.5),
    "dich_vu_giao_duc": Price(3.6, 0.10, 0.0, 3.5),
    "van_hoa": Price(1.9, 0.15, 0.4),
    "hang_hoa_khac": Price(4.0, 0.20, 0.2),
    "vang": Price(9.0, 2.2),
    "do_la": Price(2.0, 0.6),
}
# Weights of the parts; Laspeyres, shares of the official basket of 2019 rounded.
GROUPS: dict[str, dict[str, float]] = {
    "hang_an": {"luong_thuc": 0.109, "thuc_pham": 0.635, "an_uong_ngoai_gia_dinh": 0.256},
    "thuoc_y_te": {"thuoc": 0.28, "dich_vu_y_te": 0.72},
    "giao_duc": {"do_dung_hoc_tap": 0.10, "dich_vu_giao_duc": 0.90},
    TOTAL: {
        "hang_an": 0.336, "do_uong_thuoc_la": 0.027, "may_mac": 0.057, "nha_o": 0.188,
        "thiet_bi": 0.067, "thuoc_y_te": 0.054, "giao_thong": 0.097,
        "buu_chinh_vien_thong": 0.031, "giao_duc": 0.062, "van_hoa": 0.046, "hang_hoa_khac": 0.035,
    },
    # Without food, energy and what the State sets the price of.
    CORE: {
        "an_uong_ngoai_gia_dinh": 0.25, "do_uong_thuoc_la": 0.08, "may_mac": 0.15, "nha_o": 0.20,
        "thiet_bi": 0.14, "buu_chinh_vien_thong": 0.05, "van_hoa": 0.08, "hang_hoa_khac": 0.05,
    },
}  # fmt: skip


class Prices:
    """Index levels of all items, average of the base year = 100; prices are never revised.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        self._levels = {name: _path(seed, name, price) for name, price in LEAVES.items()}
        for group, parts in GROUPS.items():
            self._levels[group] = {
                month: sum(weight * self._levels[part][month] for part, weight in parts.items())
                for month in range(FIRST, LAST + 1)
            }

    def level(self, item: str, month: Month) -> float:
        """Give an item's index, average of 2019 = 100."""
        return self._levels[item][month]

    def change(self, item: str, month: Month, other: Month) -> float:
        """Give the index of a month against another one, 100 = equal."""
        return 100 * self.level(item, month) / self.level(item, other)

    def average_change(self, item: str, period: Period) -> float:
        """Give a span's average against the same span a year before, 100 = equal."""
        before = period.year_before().months()
        now = sum(self.level(item, month) for month in period.months())
        return 100 * now / sum(self.level(item, month) for month in before)


def _path(seed: int, name: str, price: Price) -> dict[Month, float]:
    """Draw a price's path, average of the base year = 100."""
    level, path = 1.0, {}
    disturbance = shocks(seed, f"cpi/{name}", price.spread)
    for month in range(FIRST, LAST + 1):
        season = price.tet * (tet_days(month, 21, 0) - tet_days(month - 1, 21, 0))
        step = price.september if number(month) == 9 else 0.0
        trend = price.inflation - price.september
        level *= 1 + (trend / 12 + season + step + disturbance[month]) / 100
        path[month] = level
    start = month_of(date(BASE_YEAR, 1, 1))
    base = sum(path[month] for month in range(start, start + 12)) / 12
    return {month: 100 * value / base for month, value in path.items()}


class PriceTables:
    """The price sheet of one publication.

    Args:
        prices: index levels.
        publication: month whose workbook is published.
    """

    def __init__(self, prices: Prices, publication: Month) -> None:
        self._prices = prices
        self._month = publication
        self._year = year(publication)

    def monthly(self, name: str, prefix: str) -> Sheet:
        """Lay out the table in the form that the agency used for this month.

        Args:
            name: sheet name.
            prefix: number of the table with its dot, such as '16. '.

        Returns:
            The sheet.
        """
        month = number(self._month)
        forms = {1: self._january, 3: self._march, 6: self._half, 9: self._half}
        forms[12] = self._december
        sheet = Sheet.named(name)
        sheet.title(
            prefix + TITLE, f"       và lạm phát cơ bản tháng {two_digits(month)} năm {self._year}"
        )
        sheet.note(forms.get(month, self._regular)(sheet))
        return sheet

    def _january(self, sheet: Sheet) -> int:
        sheet.put(4, 6, "%")
        sheet.put(5, 4, f"Tháng 01 năm {self._year} so với:")
        sheet.merge(5, 4, 5, 6)
        sheet.stack(6, 4, "Kỳ gốc", f"({BASE_YEAR})")
        sheet.stack(6, 5, "Tháng 01", f"năm {self._year - 1}")
        sheet.stack(6, 6, "Tháng 12", f"năm {self._year - 1}")
        columns = [self._base(4), self._yoy(5), self._previous(6)]
        return sheet.body(9, self._rows(3), columns)

    def _regular(self, sheet: Sheet) -> int:
        month = number(self._month)
        sheet.put(4, 8, "%")
        sheet.put(5, 4, f"Tháng {two_digits(month)} năm {self._year} so với:")
        sheet.merge(5, 4, 5, 7)
        sheet.stack(6, 4, "Kỳ gốc", f"({BASE_YEAR})")
        sheet.stack(6, 5, f"Tháng {two_digits(month)}", f"năm {self._year - 1}")
        sheet.stack(6, 6, "Tháng 12", f"năm {self._year - 1}")
        sheet.stack(6, 7, f"Tháng {two_digits(month - 1)}", f"năm {self._year}")
        sheet.stack(
            5, 8, f"Bình quân {month} tháng", f" năm {self._year} so với ",
            f"cùng kỳ năm {self._year - 1}",
        )  # fmt: skip
        columns = [self._base(4), self._yoy(5), self._december_before(6), self._previous(7)]
        columns.append(self._average(8, since_january(self._month)))
        return sheet.body(9, self._rows(3, blank_before_gold=self._year % 2 == 1), columns)

    def _march(self, sheet: Sheet) -> int:
        sheet.put(4, 7, "%")
        sheet.put(5, 3, f"Tháng 3 năm {self._year} so với")
        sheet.merge(5, 3, 5, 6)
        sheet.stack(6, 3, "Kỳ gốc", f"({BASE_YEAR})")
        sheet.stack(6, 4, "Tháng 3", "năm", self._year - 1)
        sheet.stack(6, 5, "Tháng 12", "năm", self._year - 1)
        sheet.stack(6, 6, "Tháng 2", "năm", self._year)
        sheet.stack(5, 7, "Bình quân quý I", f"năm {self._year}", "so với cùng kỳ", "năm trước")
        columns = [self._base(3), self._yoy(4), self._december_before(5), self._previous(6)]
        columns.append(self._average(7, since_january(self._month)))
        return sheet.body(10, self._rows(2), columns)

    def _half(self, sheet: Sheet) -> int:
        month, span = number(self._month), quarter(self._month)
        sheet.put(4, 9, "%")
        sheet.put(5, 4, f"Tháng {month} năm {self._year} so với:")
        sheet.merge(5, 4, 5, 7)
        # In September 2024 the base year stood in a cell of its own, as a number.
        base = ("(2019)",) if month == 6 else ("năm", BASE_YEAR)
        sheet.stack(6, 4, "Kỳ gốc", *base)
        sheet.stack(6, 5, f"Tháng {month}", "năm ", self._year - 1)
        sheet.stack(6, 6, "Tháng 12", "năm ", self._year - 1)
        sheet.stack(6, 7, f"Tháng {month - 1}", "năm ", self._year)
        change = (f"năm {self._year}", "so với", "cùng kỳ", "năm trước")
        sheet.stack(5, 8, "Bình quân", f"quý {QUARTERS[month // 3 - 1]}", *change)
        sheet.stack(5, 9, "Bình quân", f"{month} tháng", *change)
        columns = [self._base(4), self._yoy(5), self._december_before(6), self._previous(7)]
        columns.append(self._average(8, span, with_core=False))
        columns.append(self._average(9, since_january(self._month)))
        return sheet.body(12, self._rows(3), columns)

    def _december(self, sheet: Sheet) -> int:
        sheet.put(4, 7, "%")
        sheet.put(5, 3, f"Tháng 12 năm {self._year} so với")
        sheet.merge(5, 3, 5, 5)
        sheet.stack(6, 3, "Kỳ gốc", f"({BASE_YEAR})")
        sheet.stack(6, 4, "Tháng 12", "năm", self._year - 1)
        sheet.stack(6, 5, "Tháng 11", "năm", self._year)
        sheet.stack(5, 6, "Bình quân quý IV", f"năm {self._year}", "so với cùng kỳ", "năm trước")
        sheet.stack(5, 7, f"Năm {self._year}", "so  với ", f"năm {self._year - 1}")
        columns = [self._base(3), self._yoy(4), self._previous(5)]
        columns.append(self._average(6, quarter(self._month), with_core=False))
        columns.append(self._average(7, since_january(self._month)))
        return sheet.body(10, self._rows(2), columns)

    def _base(self, column: int) -> Column:
        def figure(item: str) -> Figure | None:
            if item == CORE:
                return None
            level = self._prices.level(item, self._month)
            return _figure(item, "base_index", single(self._month), level, str(BASE_YEAR))

        return Column(column, figure)

    def _yoy(self, column: int) -> Column:
        return self._against(column, "yoy_index", self._month - 12)

    def _previous(self, column: int) -> Column:
        """Against the month before, printed with four decimals."""
        return self._against(column, "mom_index", self._month - 1, digits=4)

    def _december_before(self, column: int) -> Column:
        month = self._month - number(self._month)
        return self._against(column, "other", month, with_core=False)

    def _against(
        self, column: int, role: str, other: Month, digits: int = 12, with_core: bool = True
    ) -> Column:
        return self._changes(
            column,
            role,
            single(self._month),
            lambda item: self._prices.change(item, self._month, other),
            digits,
            with_core,
        )

    def _average(self, column: int, period: Period, with_core: bool = True) -> Column:
        change = self._prices.average_change
        return self._changes(
            column, "yoy_index", period, lambda item: change(item, period), 12, with_core
        )

    def _changes(
        self,
        column: int,
        role: str,
        period: Period,
        change: Callable[[str], float],
        digits: int,
        with_core: bool,
    ) -> Column:
        def figure(item: str) -> Figure | None:
            if item == CORE and not with_core:
                return None
            return _figure(item, role, period, change(item), digits=digits)

        return Column(column, figure)

    def _rows(self, columns: int, *, blank_before_gold: bool = False) -> list[Row | None]:
        """Give the lines, spread over two or three label columns."""
        group = columns - 1
        newer = self._year >= 2025
        parts = "Trong đó:" if number(self._month) in (4, 5, 7, 8) else "    Trong đó:"
        clothes = "May mặc, giày dép và mũ nón" if newer else "May mặc, mũ nón và giày dép "
        others = "Đồ dùng và dịch vụ khác" if newer else "Hàng hóa và dịch vụ khác"
        return [
            Row(TOTAL, "CHỈ SỐ GIÁ TIÊU DÙNG"),
            Row("hang_an", "Hàng ăn và dịch vụ ăn uống", group),
            Row("luong_thuc", f"{parts}|Lương thực", group),
            Row("thuc_pham", "Thực phẩm", group + 1),
            Row("an_uong_ngoai_gia_dinh", "Ăn uống ngoài gia đình", group + 1),
            Row("do_uong_thuoc_la", "Đồ uống và thuốc lá", group),
            Row("may_mac", clothes, group),
            Row("nha_o", "Nhà ở và vật liệu xây dựng", group),
            Row("thiet_bi", "Thiết bị và đồ dùng gia đình", group),
            Row("thuoc_y_te", "Thuốc và dịch vụ y tế", group),
            Row("dich_vu_y_te", f"{parts}|Dịch vụ y tế", group),
            Row("giao_thong", "Giao thông", group),
            Row("buu_chinh_vien_thong", "Bưu chính viễn thông", group),
            Row("giao_duc", "Giáo dục", group),
            Row("dich_vu_giao_duc", f"{parts}|Dịch vụ giáo dục", group),
            Row("van_hoa", "Văn hoá, giải trí và du lịch", group),
            Row("hang_hoa_khac", others, group),
            *([None] if blank_before_gold else []),
            Row("vang", "CHỈ SỐ GIÁ VÀNG"),
            Row("do_la", "CHỈ SỐ GIÁ ĐÔ LA MỸ"),
            Row(CORE, "LẠM PHÁT CƠ BẢN"),
        ]


def _figure(
    item: str, role: str, period: Period, index: float, base: str = "", digits: int = 12
) -> Figure:
    """Core inflation is printed as a change in percent, all else as an index."""
    form, value = ("pct_change", index - 100) if item == CORE else ("index_100", index)
    printed = round(value, digits)
    meaning = Meaning("cpi", role, period, "%", form=form, status="official", base=base)
    return Figure(meaning, item, printed, value)
