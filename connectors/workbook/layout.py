"""Finding the tables on a sheet and saying of every number where it belongs.

A sheet is cut into blocks side by side, a block into tables from top to bottom, a table into
title, unit, header band and body. Every number of the sheet comes out exactly once: as a figure
of a body, as part of a header (a year), or as stray (beside a table, or without label and head).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from connectors.vietnamese import NotANumberError, is_absent, parse_number, plain
from connectors.workbook.header import ColumnHead, column_heads, is_year
from connectors.workbook.labels import LabelRow, LabelStack, is_note
from connectors.workbook.sheet import Sheet, Value
from connectors.workbook.units import (
    DITTO,
    bracketed_unit,
    is_declared_unit,
    is_unit,
    is_unit_column,
    strip_prefix,
)

CellKind = Literal["body", "header", "stray"]

_TITLE = re.compile(r"^(?:biểu\s*)?\d{1,3}(?:\s*[-,.]\s*\d{1,3})*\s*[.)]\s*\S", re.I)
_CONTINUED = re.compile(r"\s*\((?:tiếp theo|tiếp|cont\.?|continued)\)\s*", re.I)
_TYPED_NUMBER = re.compile(r"^[+-]?\s*\d")
_TYPED_FIGURE = re.compile(r"^[+-]?\s*\d[\d.,/ ]*%?$|^\d{4}-\d{2}-\d{2}(?: |$)")
_TYPED_YEAR = re.compile(r"^(?:19|20)\d{2}$")
_HEADING_OF_YEARS = re.compile(r"^(?:năm|tháng|quý|year|month|chỉ tiêu)\b", re.I)
_SIDE_BLOCK_SHARE = 0.2
_SIDE_BLOCK_ROWS = 3


class LaidCell(NamedTuple):
    """One number of a sheet and what it means; rows and columns count from 0.

    `value` is None for a text in a figure's place that cannot be read as one number for certain.
    """

    row: int
    column: int
    kind: CellKind
    table_no: int
    table_title: str
    item_path: str
    item_label: str
    column_path: str
    unit: str
    is_text: bool
    text: str
    value: float | None


class _Row(Enum):
    BLANK = auto()
    LABEL = auto()
    UNIT = auto()
    HEADER = auto()
    DATA = auto()
    STRAY = auto()


@dataclass(slots=True)
class _Block:
    """Columns `first`..`last` of a sheet, read as one pile of tables."""

    first: int
    last: int
    label_columns: frozenset[int] = frozenset()
    kinds: list[_Row] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """Rows of one table within a block."""

    block: _Block
    title: str = ""
    header_rows: list[int] = field(default_factory=list)
    top_units: list[tuple[int, int, str]] = field(default_factory=list)
    body_rows: list[int] = field(default_factory=list)
    continued: bool = False


@dataclass(slots=True)
class _Meaning:
    """What every number of one table shares, while its cells are written out."""

    number: int
    title: str
    heads: dict[int, ColumnHead]
    corner: str
    unit_column: int | None
    first: int
    last: int
    headless: bool

    def holds(self, column: int) -> bool:
        """Tell whether a column belongs to the table's figures."""
        return self.first <= column <= self.last and (
            self.headless or bool(self.heads[column].path)
        )


def lay_out(sheet: Sheet) -> list[LaidCell]:
    """Say of every number of a sheet which table, item and column it belongs to.

    Args:
        sheet: the sheet.

    Returns:
        One cell for each number, and for each text in a figure's place inside a body, in the
        order of rows and columns.
    """
    cells: dict[tuple[int, int], LaidCell] = {}
    number, title = 0, ""
    for block in _blocks(sheet):
        stack = LabelStack(sheet)
        previous: _Table | None = None
        for table in _tables(sheet, block):
            number += 1
            if not (table.continued and previous):
                stack = LabelStack(sheet)
            elif not table.header_rows:
                table.header_rows = previous.header_rows
                table.top_units = table.top_units or previous.top_units
            if block.first and not table.header_rows:
                table.title = ""
            table.title = table.title or title
            title = table.title
            for cell in _table_cells(sheet, table, number, stack):
                cells[cell.row, cell.column] = cell
            previous = table
    for row, column, value in _numbers(sheet):
        if (row, column) not in cells:
            cells[row, column] = _stray(row, column, value, max(number, 1), title)
    return [cells[place] for place in sorted(cells)]


def _numbers(sheet: Sheet) -> Iterator[tuple[int, int, float]]:
    for row, line in enumerate(sheet.values):
        for column, value in enumerate(line):
            if isinstance(value, float):
                yield row, column, value


def number_text(value: float) -> str:
    """Print a number in its shortest form that reads back as the same number."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def _stray(row: int, column: int, value: float, table_no: int, title: str) -> LaidCell:
    text = number_text(value)
    return LaidCell(row, column, "stray", table_no, title, "", "", "", "", False, text, value)


# --- blocks and rows -------------------------------------------------------------------------


def _is_label(value: Value) -> bool:
    return isinstance(value, str) and not is_absent(value) and value not in DITTO


@lru_cache(1 << 14)
def _is_typed_figure(text: str) -> bool:
    """Tell whether a text looks like a figure rather than a label or a year."""
    clean = plain(text)
    return bool(_TYPED_FIGURE.match(clean)) and not _TYPED_YEAR.match(clean)


def _is_figure(value: Value) -> bool:
    """Tell whether a cell could be a figure: a number that is no year, or a typed number."""
    if isinstance(value, float):
        return not is_year(value)
    return value is not None and _is_typed_figure(value)


def _blocks(sheet: Sheet) -> list[_Block]:
    """Cut a sheet where a new column of labels starts to the right of figures."""
    width = max((len(line) for line in sheet.values), default=0)
    cuts, start = [], 0
    figures = [0] * width
    labels = [0] * width
    for line in sheet.values:
        numbers = [column for column, value in enumerate(line) if _is_figure(value)]
        for column in numbers:
            figures[column] += 1
        if numbers:
            for column, value in enumerate(line[: numbers[-1]]):
                if _is_label(value) and not _is_figure(value):
                    labels[column] += 1
    rows = max(figures, default=0)
    enough = max(_SIDE_BLOCK_ROWS, rows * _SIDE_BLOCK_SHARE)
    for column in range(1, width):
        if labels[column] < enough or figures[column] > labels[column]:
            continue
        left = range(start, column)
        first_label = next((c for c in left if labels[c] >= _SIDE_BLOCK_ROWS), None)
        if first_label is None:
            continue
        if any(figures[c] >= _SIDE_BLOCK_ROWS for c in range(first_label + 1, column)):
            cuts.append((start, column - 1))
            start = column
    cuts.append((start, width - 1))
    textual = [column for column in range(width) if labels[column] >= max(figures[column], 1)]
    blocks = [
        _Block(first, last, frozenset(c - first for c in textual if first <= c <= last))
        for first, last in cuts
        if last >= first
    ]
    for block in blocks:
        _classify_rows(sheet, block)
    return blocks


def _classify_rows(sheet: Sheet, block: _Block) -> None:
    lines = [line[block.first : block.last + 1] for line in sheet.values]
    block.starts = [_figures_start(line, block.label_columns) for line in lines]
    block.kinds = []
    coming = _coming_starts(block.starts)
    behind_labels = max(block.label_columns, default=len(sheet.values)) + 1
    body_begun = False
    for row, line in enumerate(lines):
        if not body_begun and _is_front(lines, block.starts, row):
            block.starts[row] = -1
        kind = _row_kind(line, block.starts[row], min(coming[row], behind_labels), body_begun)
        body_begun = body_begun or kind is _Row.DATA
        if kind is not _Row.DATA:
            block.starts[row] = -1
        block.kinds.append(kind)


def _is_front(lines: Sequence[Sequence[Value]], starts: Sequence[int], row: int) -> bool:
    """Tell a labelled row above the body from its first row: a title, or a row of years."""
    if starts[row] < 0:
        return False
    line = lines[row]
    values = [value for value in line if isinstance(value, float)]
    if len(values) > 1 and all(map(is_year, values)):
        return all(b - a == 1 for a, b in pairwise(values))
    label = next((value for value in line if isinstance(value, str)), "")
    below = next(
        (r for r in range(row + 1, len(lines)) if any(v is not None for v in lines[r])), row
    )
    return bool(_TITLE.match(label)) and starts[below] < 0


def _figures_start(line: Sequence[Value], label_columns: frozenset[int]) -> int:
    """Give the column of the first figure behind a label, or -1 for a row that is no data row."""
    label_at = next((c for c, value in enumerate(line) if _is_label(value)), None)
    if label_at is None or not any(_is_label(line[c]) for c in label_columns if c < len(line)):
        return -1
    figures = [
        c
        for c, value in enumerate(line)
        if c > label_at and (isinstance(value, float) or _is_figure(value))
    ]
    if not figures:
        return -1
    if all(is_year(line[c]) for c in figures) and _HEADING_OF_YEARS.match(str(line[label_at])):
        return -1
    texts = [c for c in range(label_at, figures[0]) if _is_label(line[c])]
    years = sum(1 for c in figures if is_year(line[c]))
    other_texts = sum(
        1 for c in range(figures[0], len(line)) if _is_label(line[c]) and c not in figures
    )
    if years == len(figures) and other_texts + len(texts) > 2:
        return -1
    return figures[0]


def _coming_starts(starts: Sequence[int]) -> list[int]:
    """Give, for each row, where figures start in the next data rows (or in the last ones)."""
    coming = [-1] * len(starts)
    window: list[int] = []
    for row in range(len(starts) - 1, -1, -1):
        if starts[row] >= 0:
            window = [*window[-5:], starts[row]]
        coming[row] = min(window, default=-1)
    return coming


def _row_kind(line: Sequence[Value], start: int, coming: int, body_begun: bool) -> _Row:
    filled = [c for c, value in enumerate(line) if value is not None]
    if not filled:
        return _Row.BLANK
    if start >= 0:
        return _Row.DATA
    edge = coming if coming >= 0 else 1
    left = [c for c in filled if c < edge and _is_label(line[c])]
    right = [c for c in filled if c >= edge]
    texts = [str(line[c]) for c in right if _is_label(line[c])]
    years = [c for c in right if is_year(line[c])]
    others = [c for c in filled if isinstance(line[c], float) and c not in years]
    if not texts and not years:
        if left:
            only = str(line[left[0]])
            if len(left) == 1 and (is_declared_unit(only) or (body_begun and is_unit(only))):
                return _Row.UNIT
            return _Row.LABEL
        return _Row.STRAY if others else _Row.BLANK
    if len(texts) == 1 and not years and (is_unit(texts[0]) or is_declared_unit(texts[0])):
        return _Row.UNIT
    return _Row.HEADER


# --- tables ----------------------------------------------------------------------------------


def _tables(sheet: Sheet, block: _Block) -> list[_Table]:
    tables: list[_Table] = []
    front: list[int] = []
    for row, kind in enumerate(block.kinds):
        if kind is not _Row.DATA:
            front.append(row)
            continue
        _settle(sheet, block, tables, front)
        front = []
        tables[-1].body_rows.append(row)
    if tables:
        tables[-1].body_rows.extend(front)
    return tables


def _settle(sheet: Sheet, block: _Block, tables: list[_Table], front: list[int]) -> None:
    """Give the rows before a data row to the running table, or open a new one with them."""
    headers = [r for r in front if block.kinds[r] is _Row.HEADER]
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


def _row_text(sheet: Sheet, block: _Block, row: int) -> str:
    line = sheet.values[row][block.first : block.last + 1]
    return " ".join(value for value in line if isinstance(value, str))


def _title_row(sheet: Sheet, block: _Block, front: list[int], top: int) -> int:
    """Find where a new table starts: its numbered title, else its first label or unit."""
    before = [r for r in front if r <= top]
    for row in before:
        if _TITLE.match(_row_text(sheet, block, row)):
            return row
    for row in before:
        text = _row_text(sheet, block, row)
        if block.kinds[row] in (_Row.LABEL, _Row.UNIT, _Row.HEADER) and not is_note(text):
            return row
    return top


def _opened(sheet: Sheet, block: _Block, front: list[int], headers: list[int]) -> _Table:
    """Open a table with the rows above its first data row."""
    table = _Table(block)
    band = range(headers[0], headers[-1] + 1) if headers else range(0)
    titles: list[str] = []
    for row in front:
        kind = block.kinds[row]
        if kind is _Row.UNIT and (not headers or row <= headers[-1]):
            column, text = _unit_of(sheet, block, row)
            table.top_units.append((row, column, text))
        if row in band:
            table.header_rows.append(row)
        elif kind in (_Row.LABEL, _Row.UNIT):
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


def _goes_on(front: list[int], row: int, titles: list[str], block: _Block) -> bool:
    """Without a header, the title is the first text and the rows right below it."""
    return not titles or block.kinds[row - 1] is _Row.LABEL or block.kinds[row] is _Row.UNIT


def _title_text(sheet: Sheet, block: _Block, row: int) -> str:
    line = sheet.values[row][block.first : block.last + 1]
    texts = [value for value in line if _is_label(value)]
    if block.kinds[row] is _Row.UNIT:
        texts = texts[:-1]
    return " ".join(str(text) for text in texts)


def _unit_of(sheet: Sheet, block: _Block, row: int) -> tuple[int, str]:
    """Give the last column of the unit printed in a row, and its text."""
    line = sheet.values[row]
    for column in range(min(block.last + 1, len(line)) - 1, block.first - 1, -1):
        value = line[column]
        if isinstance(value, str) and _is_label(value):
            ends = [
                right for (top, left), (_, right) in sheet.merges if (top, left) == (row, column)
            ]
            return max([column, *ends]), strip_prefix(value)
    return block.last, ""


# --- cells -----------------------------------------------------------------------------------


def _table_cells(sheet: Sheet, table: _Table, number: int, stack: LabelStack) -> Iterator[LaidCell]:
    block = table.block
    data = [r for r in table.body_rows if block.kinds[r] is _Row.DATA]
    meaning = _meaning(sheet, table, number, data)
    yield from _header_cells(sheet, table, meaning)
    paths = stack.paths(_label_rows(sheet, table, meaning))
    unit_row, ditto = "", ""
    for row in table.body_rows:
        kind = block.kinds[row]
        if kind is _Row.UNIT:
            unit_row = _unit_of(sheet, block, row)[1]
        elif kind is _Row.DATA:
            line = sheet.values[row]
            if meaning.unit_column is not None:
                ditto = _unit_in_column(line, meaning.unit_column, ditto)
            path, label = paths.get(row, ("", ""))
            yield from _data_cells(sheet, row, meaning, path, label, ditto or unit_row)


def _meaning(sheet: Sheet, table: _Table, number: int, data: Sequence[int]) -> _Meaning:
    block = table.block
    first = _first_figures(sheet, block, data)
    last = block.last
    heads = column_heads(sheet, table.header_rows, block.first, last)
    corner = next((text for row, _, text in table.top_units if text), "")
    unit_column = None
    for column in range(block.first, first + 1):
        if is_unit_column(heads[column].path.replace(" › ", " ")) and column >= block.first:
            unit_column = column
    if unit_column is None:
        unit_column = _column_of_units(sheet, block, data, first)
    if unit_column is not None and unit_column >= first:
        first = unit_column + 1
    return _Meaning(
        number,
        table.title,
        heads,
        corner,
        unit_column,
        first,
        _right_edge(sheet, table, heads, first),
        # beside another table, figures without any heading are somebody's working columns
        block.first == 0 and not any(head.path for head in heads.values()),
    )


def _first_figures(sheet: Sheet, block: _Block, data: Sequence[int]) -> int:
    """Find the first column of figures: behind the labels, which are mostly text."""
    starts = sorted(block.starts[row] for row in data)
    column = block.first + starts[0]
    while column < block.last:
        figures = labels = 0
        for row in data:
            line = sheet.values[row]
            value = line[column] if column < len(line) else None
            if isinstance(value, float):
                figures += 1
            elif _is_label(value) and not _is_figure(value):
                labels += 1
        if figures >= labels:
            return column
        column += 1
    return block.first + starts[0]


def _column_of_units(sheet: Sheet, block: _Block, data: Sequence[int], first: int) -> int | None:
    """Recognise a column of units without a heading: the last label column, units throughout."""
    column = first - 1
    if column <= block.first:
        return None
    texts = [sheet.values[row][column] for row in data if column < len(sheet.values[row])]
    filled = [text for text in texts if isinstance(text, str)]
    if len(filled) < len(data) / 2:
        return None
    units = sum(1 for text in filled if text in DITTO or is_unit(text))
    return column if units == len(filled) else None


def _right_edge(sheet: Sheet, table: _Table, heads: dict[int, ColumnHead], first: int) -> int:
    """Find the last column of a table: the corner unit stands above it, or the heads end there."""
    headed = [column for column, head in heads.items() if head.path and column >= first]
    if not headed:
        return table.block.last
    corner = max((column for _, column, _ in table.top_units), default=-1)
    if corner >= first:
        beyond = [column for column in headed if column > corner]
        if beyond and beyond[0] > corner + 1:
            return corner
    return headed[-1]


def _header_cells(sheet: Sheet, table: _Table, meaning: _Meaning) -> Iterator[LaidCell]:
    block = table.block
    for row in table.header_rows:
        line = sheet.values[row]
        for column in range(block.first, min(block.last + 1, len(line))):
            value = line[column]
            if not isinstance(value, float):
                continue
            head = meaning.heads[column]
            kind: CellKind = "header" if is_year(value) and column <= meaning.last else "stray"
            yield LaidCell(
                row,
                column,
                kind,
                meaning.number,
                meaning.title,
                "",
                "",
                head.path,
                "",
                False,
                number_text(value),
                value,
            )


def _label_rows(sheet: Sheet, table: _Table, meaning: _Meaning) -> list[LabelRow]:
    """Collect the labels of a body; merged label cells count for each of their rows."""
    block = table.block
    last_label = meaning.first - 1 if meaning.unit_column is None else meaning.unit_column - 1
    tall = {
        (row, left): sheet.values[top][left]
        for (top, left), (bottom, _) in sheet.merges
        if bottom > top and block.first <= left <= last_label
        for row in range(top + 1, bottom + 1)
    }
    rows = []
    for row in table.body_rows:
        kind = block.kinds[row]
        if kind not in (_Row.DATA, _Row.LABEL):
            continue
        line = sheet.values[row]
        cells = []
        for column in range(block.first, min(last_label + 1, len(line))):
            value = line[column]
            if value is None and kind is _Row.DATA:
                value = tall.get((row, column))
            if isinstance(value, str) and _is_label(value):
                cells.append((column, value))
        if cells and not (kind is _Row.LABEL and is_note(cells[0][1])):
            rows.append(LabelRow(row, cells, _has_figures(line, meaning)))
    return rows


def _has_figures(line: Sequence[Value], meaning: _Meaning) -> bool:
    """Tell whether a row has a figure within its table; stray numbers beside it do not count."""
    return any(
        (isinstance(line[column], float) or _is_figure(line[column])) and meaning.holds(column)
        for column in range(meaning.first, min(meaning.last + 1, len(line)))
    )


def _unit_in_column(line: Sequence[Value], column: int, above: str) -> str:
    value = line[column] if column < len(line) else None
    if not isinstance(value, str):
        return ""
    return above if value in DITTO else strip_prefix(value)


def _data_cells(
    sheet: Sheet, row: int, meaning: _Meaning, path: str, label: str, row_unit: str
) -> Iterator[LaidCell]:
    line = sheet.values[row]
    item_unit = bracketed_unit(label) or row_unit or bracketed_unit(path) or meaning.corner
    for column, value in enumerate(line):
        if value is None or column not in meaning.heads:
            continue
        head = meaning.heads[column]
        inside = meaning.holds(column)
        is_text = not isinstance(value, float)
        number: float | None
        if isinstance(value, float):
            number, text, printed = value, number_text(value), ""
        elif inside and (_TYPED_NUMBER.match(plain(value)) or (row, column) in sheet.dates):
            number, printed = _typed(sheet, row, column, value)
            text = value
        else:
            continue
        yield LaidCell(
            row,
            column,
            "body" if inside else "stray",
            meaning.number,
            meaning.title,
            path,
            label,
            head.path,
            (printed or head.unit or item_unit) if inside else "",
            is_text,
            text,
            number,
        )


def _typed(sheet: Sheet, row: int, column: int, text: str) -> tuple[float | None, str]:
    """Read a number typed as text; what is not certainly one number gets no value."""
    if (row, column) in sheet.dates:
        return None, ""
    try:
        typed = parse_number(text)
    except NotANumberError:
        return None, ""
    return (None if typed.value is None else float(typed.value)), typed.unit
