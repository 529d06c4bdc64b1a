"""Faults on demand: what an agency gets wrong in a month, and what must be noticed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self

from simulators.workbooks import retail
from simulators.workbooks.books import Book
from simulators.workbooks.calendar import Month, month_of, number, single, year
from simulators.workbooks.contents import World
from simulators.workbooks.ledger import Line
from simulators.workbooks.sheet import Column, Figure, Meaning, Row, Sheet
from simulators.workbooks.xlsx import address

AGENCY = "cuc_thong_ke"
COLUMNS = (
    "fault", "month", "source_file", "sheet", "cells", "cell_count", "suspects", "suspect_count",
    "agency", "dimension", "rule", "remark",
)  # fmt: skip
NEW_LABEL = "Dịch vụ trên nền tảng số"

_LATE_DAYS, _MEND_DAYS = 12, 3
_WRONG_PART, _OTHER_NUMBERS = 1.03, 1.02
Place = tuple[int, int]  # row, column


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    Attributes:
        what: what goes wrong, for people.
        dimension: dung, du, sach or song: the score that must fall.
        rule: the rule that must notice it.
        do: gives the workbooks of the month instead of the right one, and a note of what changed.
        needs_book: whether it changes a workbook, so that the month must have one.
    """

    what: str
    dimension: str
    rule: str
    do: Callable[["Injection"], list[Book]]
    needs_book: bool = True


@dataclass(frozen=True)
class Fault:
    """A fault to inject.

    Attributes:
        kind: code of its kind.
        month: month of the workbook it befalls.
        days: days of delay, for kinds that come late; None for the kind's own.
    """

    kind: str
    month: Month
    days: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 'KIND@YYYY-MM' or 'KIND@YYYY-MM:DAYS'.

        Raises:
            ValueError: it is not of this form, or the kind is unknown.
        """
        found = re.fullmatch(r"([a-z_]+)@(20\d\d-(?:0[1-9]|1[0-2]))(?::(\d{1,3}))?", text)
        if found is None or found[1] not in KINDS:
            raise ValueError(
                f"Lỗi cần gây ra “{text}” phải có dạng LOẠI@NĂM-THÁNG, ví dụ wrong_sum@2024-05; "
                f"các loại: {', '.join(KINDS)}."
            )
        days = int(found[3]) if found[3] else None
        return cls(found[1], month_of(date.fromisoformat(f"{found[2]}-01")), days)

    @property
    def name(self) -> str:
        """Write the fault as it was asked for."""
        return f"{self.kind}@{year(self.month)}-{number(self.month):02d}"


@dataclass
class Injection:
    """A fault being injected.

    Attributes:
        fault: the fault.
        world: what the agency measures.
        right: the right workbook of the month.
        books: the workbooks of the month so far, earlier faults of the month included.
        cells: the cells that were changed, by workbook and sheet.
        suspects: the cells that a reader must suspect, where they are not the changed ones.
        remark: more about what changed.
    """

    fault: Fault
    world: World
    right: Book
    books: list[Book]
    cells: list[tuple[Book, Sheet, list[Place]]] = field(default_factory=list)
    suspects: list[Place] = field(default_factory=list)
    remark: str = ""

    @property
    def book(self) -> Book:
        """The workbook that the fault befalls: the first of the month."""
        return self.books[0]

    def table(self, family: str, measure: str = "") -> Sheet:
        """Find the monthly table of a family in the workbook.

        Raises:
            ValueError: the workbook has no such table.
        """
        this = single(self.fault.month)
        for sheet in self.book.sheets:
            for figure in sheet.figures.values():
                meaning = figure.meaning
                if (meaning.family, meaning.period) == (
                    family,
                    this,
                ) and meaning.measure.startswith(measure):
                    return sheet
        raise ValueError(f"Không có biểu {family} trong tháng của lỗi {self.fault.name}.")

    def column(self, sheet: Sheet, role: str = "value", months_ago: int = 0) -> dict[str, Place]:
        """Find the cells of a table's column about one month: item → place."""
        period = single(self.fault.month - months_ago)
        return {
            figure.item: place
            for place, figure in sheet.figures.items()
            if (figure.meaning.role, figure.meaning.period) == (role, period)
        }

    def put(self, sheet: Sheet, place: Place, printed: float) -> None:
        """Print another number in a cell; its truth stays."""
        sheet.grid.cells[place] = printed
        sheet.figures[place] = replace(sheet.figures[place], printed=printed)

    def changed(self, sheet: Sheet, places: Iterable[Place]) -> None:
        """Note the cells that were changed."""
        self.cells.append((self.book, sheet, sorted(places)))

    def lines(self) -> list[Line]:
        """Write the fault down: a line for each changed sheet, one when no cell changed."""
        kind = KINDS[self.fault.kind]
        about: Line = {
            "fault": self.fault.name,
            "month": f"{year(self.fault.month)}-{number(self.fault.month):02d}",
            "agency": AGENCY,
            "dimension": kind.dimension,
            "rule": kind.rule,
            "remark": self.remark,
        }
        if not self.cells:
            names = " ".join(book.name for book in self.books)
            return [about | {"source_file": names, "cell_count": 0, "suspect_count": 0}]
        return [
            about | _place(book, sheet, places, self.suspects or places)
            for book, sheet, places in self.cells
        ]


def inject(world: World, month: Month, faults: Iterable[Fault]) -> tuple[list[Book], list[Line]]:
    """Publish a month with its faults.

    Args:
        world: what the agency measures.
        month: the month.
        faults: faults of any month; those of this one are injected in their order.

    Returns:
        The workbooks that come out for the month, and the ledger's lines about the faults.

    Raises:
        ValueError: a fault needs a workbook, and none comes out for this month.
    """
    right, lines = Book.regular(world, month), list[Line]()
    books = [Book.regular(world, month)]
    for fault in faults:
        if fault.month != month:
            continue
        if not books and KINDS[fault.kind].needs_book:
            raise ValueError(f"Tháng của lỗi {fault.name} không có biểu nào để gây lỗi.")
        injection = Injection(fault, world, right, books)
        books = KINDS[fault.kind].do(injection)
        lines += injection.lines()
    return books, lines


def _place(book: Book, sheet: Sheet, places: list[Place], suspects: list[Place]) -> Line:
    return {
        "source_file": book.name,
        "sheet": sheet.grid.name,
        "cells": " ".join(address(*place) for place in places),
        "cell_count": len(places),
        "suspects": " ".join(address(*place) for place in sorted(suspects)),
        "suspect_count": len(suspects),
    }


def _missing_month(_: Injection) -> list[Book]:
    return []


def _late_file(injection: Injection) -> list[Book]:
    days = _LATE_DAYS if injection.fault.days is None else injection.fault.days
    injection.remark = f"{days} ngày"
    later = [book.on(book.published + timedelta(days), book.suffix) for book in injection.books]
    injection.books = later
    return later


def _restated(injection: Injection) -> list[Book]:
    """Publish the month once more on the same day, retail two percent higher."""
    first = injection.books
    injection.books = [
        Book.regular(injection.world, injection.fault.month).on(injection.right.published, "_lan-2")
    ]
    sheet = injection.table("ban_le")
    this = single(injection.fault.month)
    places = [
        place
        for place, figure in sheet.figures.items()
        if figure.meaning.role in ("value", "yoy_index") and figure.meaning.period == this
    ]
    for place in places:
        injection.put(sheet, place, sheet.figures[place].printed * _OTHER_NUMBERS)
    injection.changed(sheet, places)
    return [*first, *injection.books]


def _unit_flip(injection: Injection) -> list[Book]:
    """Print the budget's investment in triệu đồng under the header tỷ đồng."""
    sheet = injection.table("von_dau_tu_nsnn")
    places = [p for p, figure in sheet.figures.items() if figure.meaning.role == "value"]
    for place in places:
        injection.put(sheet, place, sheet.figures[place].printed * 1000)
    injection.changed(sheet, places)
    return injection.books


def _shifted_column(injection: Injection) -> list[Book]:
    """Paste last month's industrial products one column to the right; both look the same now."""
    sheet = injection.table("san_pham_cn")
    this, before = injection.column(sheet), injection.column(sheet, months_ago=1)
    for item, place in this.items():
        injection.put(sheet, place, sheet.figures[before[item]].printed)
    injection.suspects = [*this.values(), *before.values()]
    injection.changed(sheet, this.values())
    return injection.books


def _wrong_sum(injection: Injection) -> list[Book]:
    """Change one part of this month's retail; the whole and every part are suspects."""
    sheet = injection.table("ban_le")
    column = injection.column(sheet)
    wrong = column["ban_le"]
    injection.put(sheet, wrong, sheet.figures[wrong].printed * _WRONG_PART)
    injection.suspects = [column[item] for item in (retail.TOTAL, *retail.ITEMS)]
    injection.changed(sheet, [wrong])
    return injection.books


def _stale_copy(injection: Injection) -> list[Book]:
    """Publish last month's tables under this month's name and date."""
    before = Book.regular(injection.world, injection.fault.month - 1)
    injection.remark = f"bản sao của {before.name}"
    injection.books = [replace(injection.book, sheets=before.sheets)]
    for sheet in injection.book.sheets:
        injection.changed(sheet, sheet.figures)
    return injection.books


def _new_label(injection: Injection) -> list[Book]:
    """Add a row that nobody knows below the retail table; the total stays as it is."""
    sheet = injection.table("ban_le")
    last = max(row for row, _ in sheet.figures)
    label_column = max(c for r, c in sheet.grid.cells if r == last and (r, c) not in sheet.figures)
    above = {c: figure for (r, c), figure in sheet.figures.items() if r == last}
    columns = [Column(c, _tenth(figure)) for c, figure in above.items()]
    sheet.body(last + 1, [Row("nhan_moi", NEW_LABEL, label_column)], columns)
    injection.remark = NEW_LABEL
    injection.changed(sheet, [(last + 1, c) for c in above])
    return injection.books


def _tenth(figure: Figure) -> Callable[[str], Figure]:
    """Print a tenth of an amount, and all else as in the row above."""
    meaning: Meaning = figure.meaning
    part = 0.1 if meaning.role in ("value", "share") else 1.0
    printed = round(figure.printed * part, 6)
    return lambda item: Figure(meaning, item, printed, printed)


def _text_number(injection: Injection) -> list[Book]:
    """Type numbers of the visitors' table as text: three can be read, two cannot, one is none."""
    sheet = injection.table("khach_quoc_te")
    column, changes = injection.column(sheet), injection.column(sheet, "yoy_index")
    total, asia = (sheet.figures[column[item]].printed for item in ("tong_so", "chau_a"))
    index = sheet.figures[changes["tong_so"]].printed
    readable = {
        column["tong_so"]: f"{total:,.0f}".replace(",", "."),  # 5.238.802
        column["chau_a"]: f"{asia:,.0f}",  # 10,055,418
        changes["tong_so"]: f"{index:.2f}%".replace(".", ","),  # 12,07%
    }
    unreadable = {
        column["duong_bien"]: "791/903",
        column["chau_my"]: "1.234,5 tỷ",
    }
    none = {column["chau_phi"]: "—"}
    texts = {**readable, **unreadable, **none}
    for place, text in texts.items():
        sheet.grid.cells[place] = text
    injection.suspects = list(unreadable)
    injection.changed(sheet, texts)
    return injection.books


def _mend(injection: Injection) -> list[Book]:
    """Publish the right workbook after the wrong one."""
    days = _MEND_DAYS if injection.fault.days is None else injection.fault.days
    faulty = injection.books
    published = max([injection.right.published, *(book.published for book in faulty)])
    injection.books = [injection.right.on(published + timedelta(days), "_dinh-chinh")]
    injection.remark = f"sau {days} ngày"
    return [*faulty, *injection.books]


KINDS = {
    "missing_month": Kind("tháng không có tệp nào", "du", "month_missing", _missing_month),
    "late_file": Kind("tệp công bố muộn N ngày", "song", "month_missing", _late_file),
    "restated": Kind("tháng công bố hai lần, số khác nhau", "dung", "published_twice", _restated),
    "unit_flip": Kind(
        "một bảng in triệu dưới tiêu đề tỷ (×1000)", "dung", "unit_flip_thousand", _unit_flip
    ),
    "shifted_column": Kind(
        "một cột số dán lệch một cột", "dung", "shifted_column", _shifted_column
    ),
    "wrong_sum": Kind(
        "một phần sai, các phần không bằng tổng", "dung", "parts_not_sum", _wrong_sum
    ),
    "stale_copy": Kind("tệp tháng trước dưới tên và ngày mới", "song", "not_a_copy", _stale_copy),
    "new_label": Kind("một dòng có nhãn lạ", "sach", "label_unknown", _new_label),
    "text_number": Kind("ô số gõ thành chữ, như 791/903", "sach", "value_present", _text_number),
    "mend": Kind("công bố lại bản đúng, sau N ngày", "", "", _mend, needs_book=False),
}
