"""Exports of goods with quantity and value: monthly figures and their tables."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

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
    whole_year,
    year,
)
from simulators.workbooks.noise import FIRST, LAST, shocks, wander
from simulators.workbooks.sheet import Column, Figure, Row, Sheet

TITLE = "Hàng hóa xuất khẩu"
UNIT = "Nghìn tấn; Triệu USD"
QUANTITY, VALUE = "luong", "tri_gia"
_MID_2024 = month_of(date(2024, 7, 1))
_NEW_LIST = month_of(date(2024, 12, 1))  # the official list of goods grew with this workbook


@dataclass(frozen=True)
class Good:
    """A kind of goods.

    Attributes:
        labels: its names in the workbooks up to 2022, up to November 2024, and since.
        value: mid-2024 value of a month, triệu USD.
        tonnes: mid-2024 quantity of a month, nghìn tấn; 0 where none is published.
        growth: trend of the quantity, share a year.
        new: whether it is listed only since December 2024.
    """

    labels: tuple[str, str, str]
    value: float
    tonnes: float = 0.0
    growth: float = 0.06
    new: bool = False


def _good(label: str, value: float, tonnes: float = 0.0, growth: float = 0.06) -> Good:
    return Good((label, label, label), value, tonnes, growth)


GOODS = {
    "thuy_san": _good("Thủy sản ", 830),
    "rau_qua": _good("Rau quả", 590, growth=0.15),
    "hat_dieu": _good("Hạt điều", 362, 60),
    "ca_phe": _good("Cà phê", 470, 112, 0.0),
    "che": _good("Chè", 21.4, 12.2, 0.02),
    "hat_tieu": _good("Hạt tiêu", 110, 20.8, 0.0),
    "gao": _good("Gạo", 470, 750, 0.04),
    "san": _good("Sắn và sản phẩm của sắn", 96, 218, 0.0),
    "banh_keo": Good(("Bánh kẹo và các sản phẩm từ ngũ cốc",) * 3, 102, new=True),
    "thuc_an_gia_suc": Good(("Thức ăn gia súc và nguyên liệu",) * 3, 86, new=True),
    "clanhke_xi_mang": _good("Clanhke và xi măng", 95, 2470, -0.05),
    "dau_tho": _good("Dầu thô  ", 145, 216, -0.03),
    "xang_dau": _good("Xăng dầu", 160, 203),
    "hoa_chat": Good(("Hóa chất ", "Hóa chất ", "Hóa chất"), 230),
    "san_pham_hoa_chat": Good(("Sản phẩm hóa chất", "Sản phẩm hóa chất", "SP hóa chất"), 226),
    "chat_deo_nguyen_lieu": _good("Chất dẻo nguyên liệu", 219, 200),
    "san_pham_chat_deo": Good(
        ("Sản phẩm từ chất dẻo", "Sản phẩm từ chất dẻo", "Sản phẩm chất dẻo"), 560, growth=0.15
    ),
    "cao_su": _good("Cao su", 285, 168, 0.02),
    "san_pham_cao_su": Good(("Sản phẩm từ cao su",) * 3, 102, new=True),
    "tui_xach": _good("Túi xách, ví, va li, mũ, ô dù", 354),
    "go": _good("Gỗ và sản phẩm gỗ", 1356),
    "giay_va_san_pham": _good("Giấy và các sản phẩm từ giấy", 175),
    "xo_soi": _good("Xơ, sợi dệt các loại", 367, 156, 0.04),
    "det_may": Good(("Dệt, may", "Dệt, may", "Hàng dệt, may"), 3086),
    "giay_dep": _good("Giày dép", 1906),
    "nguyen_phu_lieu": _good("Nguyên phụ liệu dệt, may, da, giày", 186),
    "thuy_tinh": Good(("Thủy tinh và các sản phẩm từ thủy tinh",) * 3, 99, new=True),
    "sat_thep": _good("Sắt thép", 757, 1048, 0.06),
    "san_pham_sat_thep": _good("Sản phẩm từ sắt thép", 383),
    "kim_loai_khac": _good("Kim loại thường khác và sản phẩm", 350),
    "dien_tu": _good("Điện tử, máy tính và linh kiện", 6049, growth=0.18),
    "dien_thoai": Good(
        (
            "Điện thoại và linh kiện",
            "Điện thoại và linh kiện",
            "Điện thoại các loại và linh kiện",
        ),
        4491,
        growth=0.02,
    ),
    "may_anh": Good(
        (
            "Máy ảnh, máy quay phim và LK",
            "Máy ảnh, máy quay phim và linh kiện",
            "Máy ảnh, máy quay phim và linh kiện",
        ),
        669,
    ),
    "may_moc": Good(
        (
            "Máy móc thiết bị, dụng cụ PT khác",
            "Máy móc thiết bị, dụng cụ phụ tùng khác",
            "Máy móc, thiết bị, dụng cụ, phụ tùng khác",
        ),
        4349,
        growth=0.14,
    ),
    "day_dien": _good("Dây điện và cáp điện", 292),
    "phuong_tien_van_tai": _good("Phương tiện vận tải và phụ tùng", 1255),
    "noi_that_khac_go": Good(
        (
            "SP nội thất từ chất liệu khác gỗ",
            "SP nội thất từ chất liệu khác gỗ",
            "Sản phẩm nội thất từ chất liệu khác gỗ",
        ),
        284,
    ),
    "do_choi": _good("Đồ chơi, dụng cụ thể thao và bộ phận", 313),
}
TOTAL, DOMESTIC, FOREIGN = "tong_tri_gia", "trong_nuoc", "dau_tu_nuoc_ngoai"
FOREIGN_OIL, FOREIGN_OTHER, UNLISTED = "fdi_dau_tho", "fdi_hang_khac", "hang_khac"


class Exports:
    """Customs figures by month; they are not revised.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        self._series: dict[tuple[str, str], dict[Month, float]] = {}
        for code, good in GOODS.items():
            self._draw(seed, code, good)
        self._draw(seed, UNLISTED, _good("", 2300))
        self._add_sectors(seed)

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

    def _draw(self, seed: int, code: str, good: Good) -> None:
        drift = wander(seed, f"xk/{code}/dai", 0.02)
        noise = shocks(seed, f"xk/{code}", 0.04)
        price = wander(seed, f"xk/{code}/gia", 0.025)
        inflation = Random(f"{seed}/xk/{code}").uniform(0.0, 0.04)
        quantities, values = {}, {}
        for month in range(FIRST, LAST + 1):
            years = (month - _MID_2024) / 12
            volume = (
                (1 + good.growth) ** years
                * (1 - 0.20 * tet_days(month, 3, 7))
                * (1 + 0.03 * (number(month) >= 7))
                * max(0.3, 1 + drift[month] + noise[month])
            )
            unit_price = (1 + inflation) ** years * max(0.4, 1 + price[month])
            quantities[month] = round(good.tonnes * volume, 3)
            values[month] = round(good.value * volume * unit_price, 6)
        self._series[code, VALUE] = values
        if good.tonnes:
            self._series[code, QUANTITY] = quantities

    def _add_sectors(self, seed: int) -> None:
        """Split the total by sector so that every line of the table adds up."""
        share = wander(seed, "xk/fdi", 0.006)
        months = range(FIRST, LAST + 1)
        goods = [*GOODS, UNLISTED]
        total = {m: round(sum(self._series[g, VALUE][m] for g in goods), 6) for m in months}
        foreign = {m: round(total[m] * (0.72 + share[m]), 6) for m in months}
        oil = self._series["dau_tho", VALUE]
        self._series[TOTAL, VALUE] = total
        self._series[FOREIGN, VALUE] = foreign
        self._series[DOMESTIC, VALUE] = {m: round(total[m] - foreign[m], 6) for m in months}
        self._series[FOREIGN_OIL, VALUE] = oil
        self._series[FOREIGN_OTHER, VALUE] = {m: round(foreign[m] - oil[m], 6) for m in months}


class ExportTables:
    """The export sheets of one publication.

    Args:
        exports: customs figures.
        publication: month whose workbook is published.
    """

    def __init__(self, exports: Exports, publication: Month) -> None:
        self._exports = exports
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
        sheet.title(prefix + TITLE)
        sheet.note(self._january(sheet) if number(self._month) == 1 else self._regular(sheet))
        return sheet

    def quarterly(self, name: str, prefix: str) -> Sheet:
        """Lay out the table of quarters, published in months 6, 9 and 12."""
        sheet = Sheet.named(name)
        sheet.title(f"{prefix}{TITLE} các quý năm {self._year}")
        last = quarter(self._month)
        before = Period("quarter", last.first - 3, last.last - 3)
        sheet.put(3, 13, "Nghìn tấn; triệu USD")
        for left, span, status in ((3, before, "Thực hiện"), (6, last, self._status())):
            sheet.stack(4, left, status, f"quý {_roman(span)}", f"năm {self._year}")
        for left, span in ((9, before), (12, last)):
            lines = ("so với cùng kỳ", "năm trước (%)")
            sheet.stack(4, left, f"Quý {_roman(span)} năm {self._year}", *lines)
        self._quantity_and_value(sheet, 7, (3, 6, 9, 12))
        sheet.merge_pairs((4, 5, 6), (3, 6, 9, 12))
        sheet.merge(4, 8, 5, 8)
        columns = [
            *self._values(3, before, "official"),
            *self._values(6, last, self._status_code()),
            *self._changes(9, before, "official"),
            *self._changes(12, last, self._status_code()),
        ]
        sheet.note(sheet.body(9, self._rows(), columns))
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
        return sheet.body(9, self._rows(), columns)

    def _regular(self, sheet: Sheet) -> int:
        month = number(self._month)
        this, cumulative = single(self._month), since_january(self._month)
        # In December 2023 the whole table stood one row higher.
        top = 3 if month == 12 and self._year % 2 else 4
        sheet.put(top - 1, 13, UNIT)
        sheet.stack(top, 3, self._status(), f"tháng {_two(month)}", f"năm {self._year}")
        span = {3: "quý I", 12: "năm"}.get(month, f"{month} tháng")
        year_line = self._year if month == 12 else f"năm {self._year}"
        sheet.stack(top, 6, self._status(), span, year_line)
        lines = ("so với cùng kỳ", "năm trước (%)")
        sheet.stack(top, 9, f"Tháng {_two(month)} năm {self._year}", *lines)
        if month == 12:
            sheet.stack(top, 12, f"Năm {self._year}", "so với", "năm trước (%)")
        else:
            caption = f"{span[0].upper()}{span[1:]} năm {self._year}"
            sheet.stack(top, 12, caption, *lines)
        self._quantity_and_value(sheet, top + 3, (3, 6, 9, 12))
        sheet.merge_pairs((top, top + 1, top + 2), (3, 6, 9, 12))
        columns = [
            *self._values(3, this, self._status_code()),
            *self._values(6, cumulative, self._status_code()),
            *self._changes(9, this, self._status_code()),
            *self._changes(12, cumulative, self._status_code()),
        ]
        return sheet.body(top + 5, self._rows(), columns)

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
        def figure(measure: str) -> Callable[[str], Figure | None]:
            unit = "nghìn tấn" if measure == QUANTITY else "triệu USD"

            def of(item: str) -> Figure | None:
                total = self._exports.total(item, measure, period)
                if total is None:
                    return None
                return Figure(
                    "xuat_khau", item, "value", period, total, total, unit, measure, "level", status
                )

            return of

        return [Column(left, figure(QUANTITY)), Column(left + 1, figure(VALUE))]

    def _changes(self, left: int, period: Period, status: str) -> list[Column]:
        def figure(measure: str) -> Callable[[str], Figure | None]:
            def of(item: str) -> Figure | None:
                now = self._exports.total(item, measure, period)
                before = self._exports.total(item, measure, period.year_before())
                if now is None or before is None:
                    return None
                index = 100 * now / before
                return Figure(
                    "xuat_khau", item, "yoy_index", period, index, index, "%", measure,
                    "index_100", status,
                )  # fmt: skip

            return of

        return [Column(left, figure(QUANTITY)), Column(left + 1, figure(VALUE))]

    def _rows(self) -> list[Row | None]:
        newest = self._month >= _NEW_LIST
        version = 2 if newest else 1 if self._year > 2022 else 0
        return [
            Row(TOTAL, "TỔNG TRỊ GIÁ"),
            Row(DOMESTIC, "Khu vực kinh tế trong nước", 2),
            Row(FOREIGN, "Khu vực có vốn đầu tư NN", 2),
            Row(FOREIGN_OIL, "Dầu thô", 2),
            Row(FOREIGN_OTHER, "Hàng hoá khác", 2),
            Row("", "MẶT HÀNG CHỦ YẾU"),
            *(
                Row(code, good.labels[version], 2)
                for code, good in GOODS.items()
                if newest or not good.new
            ),
        ]


def _roman(span: Period) -> str:
    return QUARTERS[(number(span.last) - 1) // 3]


def _two(month: int) -> str:
    return f"{month:02d}" if month < 3 else str(month)
