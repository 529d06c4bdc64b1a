"""Cutting a block into tables from top to bottom: title, unit, header band, body."""

import re
from dataclasses import dataclass, field

from connectors.workbook.blocks import TITLE, Block, RowKind, is_label
from connectors.workbook.labels import is_note
from connectors.workbook.sheet import Sheet
from connectors.workbook.units import strip_prefix

_CONTINUED = re.compile(r"\s*\((?:tiếp theo|tiếp|cont\.?|continued)\)\s*", re.I)


@dataclass(slots=True)
class Table:
    """Rows of one table within a block."""

    block: Block
    title: str = ""
    header_rows: list[int] = field(default_factory=list)
    top_units: list[tuple[int, int, str]] = field(default_factory=list)
    body_rows: list[int] = field(default_factory=list)
    continued: bool = False


def find_tables(sheet: Sheet, block: Block) -> list[Table]:
    """Give the tables of a block from top to bottom; none where there is no row of figures."""
    tables: list[Table] = []
    front: list[int] = []
    for row, kind in enumerate(block.kinds):
        if kind is not RowKind.DATA:
            front.append(row)
            continue
        _settle(sheet, block, tables, front)
        front = []
        tables[-1].body_rows.append(row)
    if tables:
        tables[-1].body_rows.extend(front)
    return tables


def _settle(sheet: Sheet, block: Block, tables: list[Table], front: list[int]) -> None:
    """Give the rows before a data row to the running table, or open a new one with them."""
    headers = [r for r in front if block.kinds[r] is RowKind.HEADER]
    continued = next((r for r in front if _CONTINUED.search(_row_text(sheet, block, r))), None)
    if not tables:
        tables.append(_opened(sheet, block, front, headers))
    elif headers or continued is not None:
        top = headers[0] if continued is None else min([continued, *headers])
        cut = _title_row(sheet, block, front, top)
        tables[-1].body_rows.extend(r for r in front if r < cut)
        tables.append(_opened(sheet, block, [r for r in front if r >= cut], headers))
        tables[-1].continued = continued is not None
    else:
        tables[-1].body_rows.extend(front)


def _row_text(sheet: Sheet, block: Block, row: int) -> str:
    line = sheet.values[row][block.first : block.last + 1]
    return " ".join(value for value in line if isinstance(value, str))


def _title_row(sheet: Sheet, block: Block, front: list[int], top: int) -> int:
    """Find where a new table starts: its numbered title, else its first label or unit."""
    before = [r for r in front if r <= top]
    for row in before:
        if TITLE.match(_row_text(sheet, block, row)):
            return row
    for row in before:
        text = _row_text(sheet, block, row)
        if block.kinds[row] in (RowKind.LABEL, RowKind.UNIT, RowKind.HEADER) and not is_note(text):
            return row
    return top


def _opened(sheet: Sheet, block: Block, front: list[int], headers: list[int]) -> Table:
    """Open a table with the rows above its first data row."""
    table = Table(block)
    band = range(headers[0], headers[-1] + 1) if headers else range(0)
    titles: list[str] = []
    for row in front:
        kind = block.kinds[row]
        if kind is RowKind.UNIT and (not headers or row <= headers[-1]):
            column, text = unit_of(sheet, block, row)
            table.top_units.append((row, column, text))
        if row in band:
            table.header_rows.append(row)
        elif kind in (RowKind.LABEL, RowKind.UNIT):
            in_title = (
                row < headers[0]
                if headers
                else not table.body_rows and _goes_on(front, row, titles, block)
            )
            if in_title:
                text = _title_text(sheet, block, row)
                if text:
                    titles.append(text)
            else:
                table.body_rows.append(row)
    table.title = " ".join(_CONTINUED.sub(" ", title).strip() for title in titles).strip()
    return table


def _goes_on(front: list[int], row: int, titles: list[str], block: Block) -> bool:
    """Without a header, the title is the first text and the rows right below it."""
    return not titles or block.kinds[row - 1] is RowKind.LABEL or block.kinds[row] is RowKind.UNIT


def _title_text(sheet: Sheet, block: Block, row: int) -> str:
    line = sheet.values[row][block.first : block.last + 1]
    texts = [value for value in line if is_label(value)]
    if block.kinds[row] is RowKind.UNIT:
        texts = texts[:-1]
    return " ".join(str(text) for text in texts)


def unit_of(sheet: Sheet, block: Block, row: int) -> tuple[int, str]:
    """Give the last column of the unit printed in a row, and its text."""
    line = sheet.values[row]
    for column in range(min(block.last + 1, len(line)) - 1, block.first - 1, -1):
        value = line[column]
        if isinstance(value, str) and is_label(value):
            ends = [
                right for (top, left), (_, right) in sheet.merges if (top, left) == (row, column)
            ]
            return max([column, *ends]), strip_prefix(value)
    return block.last, ""
