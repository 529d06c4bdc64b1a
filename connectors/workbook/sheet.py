"""One sheet as plain Python values: texts, numbers, merges, and what is hidden."""

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from connectors.workbook.archive import Archive
from connectors.workbook.flags import SheetFlags
from connectors.workbook.refused import WorkbookRefusedError
from connectors.workbook.styles import LabelStyle

Value = str | float | None
Merge = tuple[tuple[int, int], tuple[int, int]]

TEXT_LIMIT = 1_000
"""Longest text kept of a cell; a real label has at most a few hundred characters."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; rows and columns count from 0.

    `values` holds floats for numbers, non-empty collapsed NFC texts, and None for blanks.
    `leading` holds the number of spaces before a text, where there are any. `dates` are the
    cells that the file stores as dates or times (their text is ISO).
    """

    name: str
    number: int
    hidden: bool
    values: list[list[Value]]
    merges: list[Merge]
    leading: dict[tuple[int, int], int]
    dates: set[tuple[int, int]]
    hidden_rows: set[int]
    hidden_columns: set[int]
    label_styles: dict[tuple[int, int], LabelStyle]


@lru_cache(1 << 14)
def clean_text(text: str) -> str:
    """Collapse white space, compose the letters (NFC) and cut what is no label any more."""
    return unicodedata.normalize("NFC", " ".join(text[: 4 * TEXT_LIMIT].split()))[:TEXT_LIMIT]


def read_sheets(archive: Archive) -> Iterator[Sheet]:
    """Read every worksheet of a checked workbook, in its order.

    Args:
        archive: the checked file.

    Raises:
        WorkbookRefusedError: the content cannot be read.
    """
    try:
        with CalamineWorkbook.from_filelike(BytesIO(archive.readable)) as book:
            for number, meta in enumerate(book.sheets_metadata, 1):
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                grid = book.get_sheet_by_name(meta.name)
                rows = grid.to_python(skip_empty_area=False)
                yield _sheet(
                    meta.name,
                    number,
                    meta.visible != SheetVisibleEnum.Visible,
                    rows,
                    _merges(meta.name, grid.merged_cell_ranges or [], rows),
                    archive.flags.get(meta.name, SheetFlags()),
                )
    except CalamineError as error:
        raise WorkbookRefusedError(
            "tệp hỏng, không đọc được nội dung bảng tính; hãy tải lại hoặc xin lại tệp"
        ) from error


def _merges(name: str, areas: list[Merge], rows: list[list[object]]) -> list[Merge]:
    """Cut merged areas to the sheet; no spreadsheet program writes areas that overlap."""
    height, width = len(rows), max(map(len, rows), default=0)
    cut = [
        ((top, left), (min(bottom, height - 1), min(right, width - 1)))
        for (top, left), (bottom, right) in areas
        if top < height and left < width
    ]
    covered = sum((b - t + 1) * (r - c + 1) for (t, c), (b, r) in cut)
    if covered > height * width:
        raise WorkbookRefusedError(
            f"trang tính “{name}” có các vùng gộp ô chồng lên nhau; hãy bỏ gộp ô rồi nộp lại"
        )
    return cut


def _sheet(
    name: str,
    number: int,
    hidden: bool,
    rows: list[list[object]],
    merges: list[Merge],
    flags: SheetFlags,
) -> Sheet:
    leading: dict[tuple[int, int], int] = {}
    dates: set[tuple[int, int]] = set()
    values: list[list[Value]] = []
    for r, row in enumerate(rows):
        line: list[Value] = []
        for c, cell in enumerate(row):
            if cell == "":
                line.append(None)
            elif type(cell) is float and math.isfinite(cell):
                line.append(cell)
            elif isinstance(cell, str):
                text = clean_text(cell)
                if text and cell[0].isspace():
                    leading[r, c] = len(cell) - len(cell.lstrip())
                line.append(text or None)
            elif isinstance(cell, bool):
                line.append("TRUE" if cell else "FALSE")
            elif isinstance(cell, int | float):
                line.append(float(cell) if math.isfinite(cell) else str(cell))
            elif isinstance(cell, datetime | date | time | timedelta):
                dates.add((r, c))
                line.append(str(cell))
            else:
                line.append(None)
        values.append(line)
    for (r, c), shown in flags.failed.items():
        if r < len(values) and c < len(values[r]) and values[r][c] is None:
            values[r][c] = shown
    return Sheet(
        name,
        number,
        hidden,
        values,
        merges,
        leading,
        dates,
        flags.hidden_rows,
        flags.hidden_columns,
        flags.label_styles,
    )
