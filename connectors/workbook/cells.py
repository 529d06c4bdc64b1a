"""Writing out the numbers of a table, each with its item, its column and its unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from connectors.vietnamese import decimal_mark_of, is_absent
from connectors.workbook.blocks import Block, RowKind, is_figure, is_label
from connectors.workbook.header import ColumnHead, column_heads, is_year
from connectors.workbook.labels import LabelRow, LabelStack, is_note
from connectors.workbook.sheet import Sheet, Value
from connectors.workbook.tables import Table, unit_of
from connectors.workbook.typed import read_typed
from connectors.workbook.units import (
    DITTO,
    bracketed_unit,
    is_unit,
    is_unit_column,
    strip_prefix,
)

CellKind = Literal["body", "header", "stray"]


class LaidCell(NamedTuple):
    """One number of a sheet and what it means; rows and columns count from 0.

    `value` is None for a text in a figure's place that cannot be read as one number for certain;
    `doubt` then asks in Vietnamese what it means, and is "" otherwise.
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
    doubt: str = ""


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
    decimal_marks: dict[int, str] = field(default_factory=dict)

    def holds(self, column: int) -> bool:
        """Tell whether a column belongs to the table's figures."""
        return self.first <= column <= self.last and (
            self.headless or bool(self.heads[column].path)
        )


def number_text(value: float) -> str:
    """Print a number in its shortest form that reads back as the same number."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def stray_cell(row: int, column: int, value: float, table_no: int, title: str) -> LaidCell:
    """Give a number that belongs to no table; the table before it is named for orientation."""
    text = number_text(value)
    return LaidCell(row, column, "stray", table_no, title, "", "", "", "", False, text, value)


def table_cells(sheet: Sheet, table: Table, number: int, stack: LabelStack) -> Iterator[LaidCell]:
    """Give the header years and the figures of one table.

    Args:
        sheet: the sheet.
        table: the table, its rows sorted out.
        number: the table's number on the sheet, from 1.
        stack: the labels that hold above the table's first row.
    """
    block = table.block
    data = [r for r in table.body_rows if block.kinds[r] is RowKind.DATA]
    meaning = _meaning(sheet, table, number, data)
    meaning.decimal_marks = _decimal_marks(sheet, data, meaning)
    yield from _header_cells(sheet, table, meaning)
    paths = stack.paths(_label_rows(sheet, table, meaning))
    unit_row, ditto = "", ""
    for row in table.body_rows:
        kind = block.kinds[row]
        if kind is RowKind.UNIT:
            unit_row = unit_of(sheet, block, row)[1]
        elif kind is RowKind.DATA:
            line = sheet.values[row]
            if meaning.unit_column is not None:
                ditto = _unit_in_column(line, meaning.unit_column, ditto)
            path, label = paths.get(row, ("", ""))
            yield from _data_cells(sheet, row, meaning, path, label, ditto or unit_row)


def _meaning(sheet: Sheet, table: Table, number: int, data: Sequence[int]) -> _Meaning:
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


def _decimal_marks(sheet: Sheet, data: Sequence[int], meaning: _Meaning) -> dict[int, str]:
    """Find, for each column with typed numbers, which mark starts its decimals."""
    typed: dict[int, list[str]] = {}
    for row in data:
        for column, value in enumerate(sheet.values[row]):
            if isinstance(value, str) and column in meaning.heads and meaning.holds(column):
                typed.setdefault(column, []).append(value)
    return {column: decimal_mark_of(texts) for column, texts in typed.items()}


def _first_figures(sheet: Sheet, block: Block, data: Sequence[int]) -> int:
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
            elif is_label(value) and not is_figure(value):
                labels += 1
        if figures >= labels:
            return column
        column += 1
    return block.first + starts[0]


def _column_of_units(sheet: Sheet, block: Block, data: Sequence[int], first: int) -> int | None:
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


def _right_edge(sheet: Sheet, table: Table, heads: dict[int, ColumnHead], first: int) -> int:
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


def _header_cells(sheet: Sheet, table: Table, meaning: _Meaning) -> Iterator[LaidCell]:
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


def _label_rows(sheet: Sheet, table: Table, meaning: _Meaning) -> list[LabelRow]:
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
        if kind not in (RowKind.DATA, RowKind.LABEL):
            continue
        line = sheet.values[row]
        cells = []
        for column in range(block.first, min(last_label + 1, len(line))):
            value = line[column]
            if value is None and kind is RowKind.DATA:
                value = tall.get((row, column))
            if isinstance(value, str) and is_label(value):
                cells.append((column, value))
        if cells and not (kind is RowKind.LABEL and is_note(cells[0][1])):
            rows.append(LabelRow(row, cells, _has_figures(line, meaning)))
    return rows


def _has_figures(line: Sequence[Value], meaning: _Meaning) -> bool:
    """Tell whether a row has a figure within its table; stray numbers beside it do not count.

    Words in a figure's place count: they are kept with their question.
    """
    return any(
        (isinstance(line[column], float) or is_label(line[column])) and meaning.holds(column)
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
        unit, doubt = (head.unit or item_unit) if inside else "", ""
        number: float | None
        if isinstance(value, float):
            number, text = value, number_text(value)
        elif inside and not is_absent(value):
            text = value
            number, unit, doubt = read_typed(
                value,
                is_date=(row, column) in sheet.dates,
                decimal_mark=meaning.decimal_marks[column],
                head_unit=head.unit,
                item_unit=item_unit,
            )
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
            unit,
            not isinstance(value, float),
            text,
            number,
            doubt,
        )
