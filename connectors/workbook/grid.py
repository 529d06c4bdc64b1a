"""How far a sheet reaches, however its XML is written, before calamine fills that rectangle."""

import re
from collections.abc import Mapping
from xml.parsers import expat

from connectors.workbook.refused import WorkbookRefusedError

MAX_GRID_CELLS = 5_000_000
"""Cells of the rectangle that a sheet spans; calamine fills that rectangle in memory."""

_ANY_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s/>]")
_ANY_ROW = re.compile(rb"<(?:[^\s<>/:]+:)?row[\s/>]")
_PLAIN_CELL = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"')
_PLAIN_ROW = re.compile(rb'<row r="([0-9]{1,7})"')
_CELL_PLACE = re.compile(rb'<c r="([A-Z]+)([0-9]+)"')
_FAR_CELL = re.compile(rb' r="(?:[A-Z]{3}\d|[A-Z]+\d{6})')
_NEAR_COLUMNS = 702
_ADDRESS = re.compile(r"\s*\$?([A-Za-z]{1,9})\$?([0-9]{1,12})\s*")


def check_grid(xml: bytes, name: str) -> int:
    """Refuse a sheet whose rectangle would fill the memory, whatever its rows say.

    Args:
        xml: the sheet's XML.
        name: the sheet's name, for the message.

    Returns:
        The number of cells it lists.

    Raises:
        WorkbookRefusedError: the rectangle is too large, or the XML cannot be read.
    """
    cells, rows = len(_ANY_CELL.findall(xml)), len(_ANY_ROW.findall(xml))
    plain_rows = _PLAIN_ROW.findall(xml)
    if cells == len(_PLAIN_CELL.findall(xml)) and rows == len(plain_rows):
        deepest = max(map(int, plain_rows), default=0)
        if _FAR_CELL.search(xml) is None and deepest * _NEAR_COLUMNS <= MAX_GRID_CELLS:
            return cells
        places = set(_CELL_PLACE.findall(xml))
        deepest = max([deepest, *(int(row) for _, row in places)])
        widest = max((column_number(letters) for letters, _ in places), default=0)
    else:
        deepest, widest = _parsed_extent(xml)
    if deepest * widest > MAX_GRID_CELLS:
        raise WorkbookRefusedError(
            f"trang tính “{name}” trải quá rộng ({deepest} dòng × {widest} cột); "
            "hãy xoá các dòng, cột thừa rồi nộp lại"
        )
    return cells


def _parsed_extent(xml: bytes) -> tuple[int, int]:
    """Walk unusual XML (other quotes, prefixes, cells without address) as a parser sees it."""
    row = column = deepest = widest = 0

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal row, column, deepest, widest
        kind = tag.rpartition(":")[2]
        if kind == "row":
            given = attributes.get("r", "").strip()
            row, column = int(given) if given.isdecimal() else row + 1, 0
        elif kind == "c":
            place = _ADDRESS.fullmatch(attributes.get("r", ""))
            if place:
                column = column_number(place[1].upper().encode())
                row = int(place[2])
            else:
                column += 1
        deepest, widest = max(deepest, row), max(widest, column)

    def refuse(*_: object) -> None:
        raise WorkbookRefusedError("tệp chứa khai báo DTD, không an toàn; hãy xuất lại tệp")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise WorkbookRefusedError("tệp hỏng, cấu trúc xlsx không hợp lệ; hãy tải lại") from error
    return deepest, widest


def column_number(letters: bytes) -> int:
    """Give the number, from 1, of a column that is named by capital letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
