"""Industrial production: volume indices by industry and their tables."""

from collections.abc import Callable
from random import Random

from simulators.workbooks.calendar import (
    QUARTERS,
    Month,
    Period,
    number,
    quarter,
    since_january,
    single,
    tet_days,
    two_digits,
    year,
)
from simulators.workbooks.noise import FIRST, LAST, shocks, wander
from simulators.workbooks.sheet import Column, Meaning, Row, Sheet

TITLE = "Chỉ số sản xuất công nghiệp"
TOTAL = "toan_nganh"

# Section: its label, its weight in the whole, and its industries. Labels as in December 2024.
SECTIONS: dict[str, tuple[str, float, dict[str, str]]] = {
    "khai_khoang": ("Khai khoáng", 0.12, {
        "than": "Khai thác than cứng và than non",
        "dau_khi": "Khai thác dầu thô và khí đốt tự nhiên",
        "quang": "Khai thác quặng kim loại",
        "khai_khoang_khac": "Khai khoáng khác",
        "ho_tro_khai_mo": "Hoạt động dịch vụ hỗ trợ khai thác mỏ và quặng",
    }),
    "che_bien": ("Công nghiệp chế biến, chế tạo", 0.77, {
        "thuc_pham": "Sản xuất, chế biến thực phẩm",
        "do_uong": "Sản xuất đồ uống",
        "thuoc_la": "Sản xuất sản phẩm thuốc lá",
        "det": "Dệt",
        "trang_phuc": "Sản xuất trang phục",
        "da": "Sản xuất da và các sản phẩm có liên quan",
        "go": "Chế biến gỗ và sản xuất sản phẩm từ gỗ, tre, nứa\n(trừ giường, tủ, bàn, ghế); "
              "sản xuất sản phẩm\ntừ rơm, rạ và vật liệu tết bện",
        "giay": "Sản xuất giấy và sản phẩm từ giấy",
        "in": "In, sao chép bản ghi các loại",
        "dau_mo_tinh_che": "Sản xuất than cốc, sản phẩm dầu mỏ tinh chế",
        "hoa_chat": "Sản xuất hoá chất và sản phẩm hoá chất",
        "thuoc": "Sản xuất thuốc, hoá dược và dược liệu",
        "cao_su_plastic": "Sản xuất sản phẩm từ cao su và plastic",
        "phi_kim": "Sản xuất sản phẩm từ khoáng phi kim loại khác",
        "kim_loai": "Sản xuất kim loại",
        "duc_san": "Sản xuất sản phẩm từ kim loại đúc sẵn \n(trừ máy móc, thiết bị)",
        "dien_tu": "Sản xuất sản phẩm điện tử, máy vi tính \nvà sản phẩm quang học",
        "thiet_bi_dien": "Sản xuất thiết bị điện",
        "may_moc": "Sản xuất máy móc, thiết bị chưa được phân vào đâu",
        "xe_co_dong_co": "Sản xuất xe có động cơ",
        "van_tai_khac": "Sản xuất phương tiện vận tải khác",
        "giuong_tu": "Sản xuất giường, tủ, bàn, ghế",
        "che_bien_khac": "Công nghiệp chế biến, chế tạo khác",
        "sua_chua": "Sửa chữa, bảo dưỡng và lắp đặt máy móc, thiết bị",
    }),
    "dien": ("Sản xuất và phân phối điện, khí đốt, nước nóng,\nhơi nước và điều hòa không khí",
             0.095, {}),
    "nuoc": ("Cung cấp nước; hoạt động quản lý và xử lý rác thải,\nnước thải", 0.015, {
        "cap_nuoc": "Khai thác, xử lý và cung cấp nước",
        "thoat_nuoc": "Thoát nước và xử lý nước thải",
        "rac_thai": "Hoạt động thu gom, xử lý và tiêu huỷ rác thải;\ntái chế phế liệu",
    }),
}  # fmt: skip


class Industry:
    """Volumes of production and what the agency made of them.

    Args:
        seed: seed of the simulation.
    """

    def __init__(self, seed: int) -> None:
        self._final: dict[str, dict[Month, float]] = {}
        self._first: dict[str, dict[Month, float]] = {}
        for section, (_, _, industries) in SECTIONS.items():
            for leaf in industries or [section]:
                self._draw(seed, section, leaf)
        for section, (_, _, industries) in SECTIONS.items():
            if industries:
                self._add(section, {leaf: 1 / len(industries) for leaf in industries})
        self._add(TOTAL, {section: weight for section, (_, weight, _) in SECTIONS.items()})

    def change(self, item: str, period: Period, before: Period, publication: Month) -> float:
        """Give the volume of a span against another one as known at a publication, 100 = equal.

        Only the published month itself is an estimate; everything before it is revised.
        """
        now = sum(self._known(item, month, publication) for month in period.months())
        then = sum(self._known(item, month, publication) for month in before.months())
        return 100 * now / then

    def true_change(self, item: str, period: Period, before: Period) -> float:
        """Give the volume of a span against another one without revisions, 100 = equal."""
        return self.change(item, period, before, LAST + 1)

    def _known(self, item: str, month: Month, publication: Month) -> float:
        return (self._first if month == publication else self._final)[item][month]

    def _draw(self, seed: int, section: str, leaf: str) -> None:
        growth = Random(f"{seed}/iip/{leaf}").uniform(0.02, 0.11)
        if section == "khai_khoang":
            growth -= 0.09
        drift = wander(seed, f"iip/{leaf}/dai", 0.015)
        noise = shocks(seed, f"iip/{leaf}", 0.02)
        error = shocks(seed, f"iip/{leaf}/sua", 0.006)
        season = (0.97, 0.95, 1.01, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.02, 1.03, 1.03)
        final = {
            month: 100
            * (1 + growth) ** ((month - FIRST) / 12)
            * season[number(month) - 1]
            * (1 - 0.10 * tet_days(month, 2, 6))
            * (1 + drift[month] + noise[month])
            for month in range(FIRST, LAST + 1)
        }
        self._final[leaf] = final
        self._first[leaf] = {month: value * (1 + error[month]) for month, value in final.items()}

    def _add(self, item: str, weights: dict[str, float]) -> None:
        for levels in (self._final, self._first):
            levels[item] = {
                month: sum(weight * levels[part][month] for part, weight in weights.items())
                for month in range(FIRST, LAST + 1)
            }


class IndustryTables:
    """The production sheets of one publication.

    Args:
        industry: what the agency knows.
        publication: month whose workbook is published.
    """

    def __init__(self, industry: Industry, publication: Month) -> None:
        self._industry = industry
        self._month = publication
        self._year = year(publication)

    def monthly(self, name: str, prefix: str) -> Sheet:
        """Lay out the monthly table in the form that the agency used for this month.

        Args:
            name: sheet name.
            prefix: number of the table with its dot, such as '2. '.

        Returns:
            The sheet.
        """
        sheet = Sheet.named(name)
        month = number(self._month)
        if month == 1:
            end = self._january(sheet, prefix)
        elif month == 12:
            end = self._december(sheet, prefix)
        else:
            end = self._regular(sheet, prefix)
        sheet.note(end)
        return sheet

    def quarterly(self, name: str, prefix: str) -> Sheet:
        """Lay out the table of quarters, published in months 6, 9 and 12."""
        sheet = Sheet.named(name)
        sheet.title(f"{prefix}{TITLE} các quý năm {self._year}")
        last = quarter(self._month)
        count = number(self._month) // 3
        spans = [Period("quarter", last.first - 3 * n, last.last - 3 * n) for n in range(count)][
            ::-1
        ]
        sheet.put(2, 1 + count, "%")
        top = 3
        if count == 4:
            sheet.put(3, 2, "So với cùng kỳ năm trước:")
            sheet.merge(3, 2, 3, 5)
            top = 4
        for offset, span in enumerate(spans):
            status = "Ước tính" if span == last else "Thực hiện"
            lines: tuple[str, ...] = (status, f"quý {QUARTERS[offset]}", f"năm {self._year}")
            if count < 4:
                lines = (*lines, "so với", "cùng kỳ", "năm trước")
            sheet.stack(top, 2 + offset, *lines)
        columns = [
            self._yoy(2 + offset, span, "estimate" if span == last else "official")
            for offset, span in enumerate(spans)
        ]
        sheet.note(sheet.body(top + (4 if count == 4 else 7), self._rows(), columns))
        return sheet

    def _january(self, sheet: Sheet, prefix: str) -> int:
        sheet.title(f"{prefix}{TITLE} tháng 01 năm {self._year}")
        sheet.put(3, 3, "%")
        sheet.merge(4, 1, 5, 1)
        sheet.stack(4, 2, f"Tháng 01 năm {self._year}", "so với tháng trước")
        sheet.stack(4, 3, f"Tháng 01 năm {self._year}", "so với cùng kỳ năm trước")
        columns = [self._previous(2), self._yoy(3, single(self._month))]
        return sheet.body(7, self._rows(), columns)

    def _regular(self, sheet: Sheet, prefix: str) -> int:
        month = number(self._month)
        span = "Quý I" if month == 3 else f"{month} tháng"
        if month in (6, 9):
            sheet.title(f"{prefix}{TITLE} tháng {month} và {month} tháng năm {self._year}")
        elif month == 2:
            sheet.title(f"{prefix}{TITLE} phân theo ngành công nghiệp")
        else:
            sheet.title(prefix + TITLE)
        top = 3 if month in (6, 9) else 4
        sheet.put(top - 1, 5, "%")
        lines = (f"năm {self._year}", "so với", "cùng kỳ ", "năm trước")
        sheet.stack(top, 2, f"Tháng {two_digits(month - 1)}", *lines)
        sheet.stack(top, 3, f"Tháng {two_digits(month)} ", *lines[:2], "tháng ", "trước")
        sheet.stack(top, 4, f"Tháng {two_digits(month)}", *lines)
        sheet.stack(top, 5, span, *lines)
        end = sheet.body(top + 6, self._rows(), self._four_columns())
        if month == 5 and self._year % 3 == 2:
            _type_as_text(sheet, top + 6 + 3, 3)
        return end

    def _december(self, sheet: Sheet, prefix: str) -> int:
        sheet.title(f"{prefix}{TITLE} tháng 12 và cả năm {self._year}")
        sheet.merge(1, 1, 1, 5)
        sheet.put(2, 5, "%")
        lines = (f"năm {self._year}", "so với", "cùng kỳ", "năm trước")
        sheet.stack(3, 2, "Tháng 11", *lines)
        sheet.stack(3, 3, "Tháng 12", *lines[:2], "tháng ", "trước")
        sheet.stack(3, 4, "Tháng 12 ", *lines)
        sheet.stack(3, 5, f"Năm {self._year}", "so với", f"năm {self._year - 1}")
        return sheet.body(9, self._rows(), self._four_columns())

    def _four_columns(self) -> list[Column]:
        return [
            self._yoy(2, single(self._month - 1), "preliminary"),
            self._previous(3),
            self._yoy(4, single(self._month)),
            self._yoy(5, since_january(self._month)),
        ]

    def _previous(self, column: int) -> Column:
        return self._against(column, "mom_index", single(self._month), single(self._month - 1))

    def _yoy(self, column: int, period: Period, status: str = "estimate") -> Column:
        return self._against(column, "yoy_index", period, period.year_before(), status)

    def _against(
        self, column: int, role: str, period: Period, before: Period, status: str = "estimate"
    ) -> Column:
        meaning = Meaning("iip", role, period, "%", form="index_100", status=status)
        return Column.of(
            column,
            meaning,
            lambda item: round(self._industry.change(item, period, before, self._month), 2),
            lambda item: self._industry.true_change(item, period, before),
        )

    def _rows(self) -> list[Row | None]:
        rows: list[Row | None] = [Row(TOTAL, "Toàn ngành công nghiệp")]
        wrap: Callable[[str], str] = _unwrapped if self._year % 2 else str
        for section, (label, _, industries) in SECTIONS.items():
            rows.append(Row(section, wrap(label)))
            rows += [Row(leaf, wrap(name)) for leaf, name in industries.items()]
        return rows


def _unwrapped(label: str) -> str:
    return " ".join(label.split())


def _type_as_text(sheet: Sheet, row: int, column: int) -> None:
    """Leave one number typed as text, as happens when a cell is corrected by hand."""
    sheet.put(row, column, str(sheet.grid.cells[row, column]))
