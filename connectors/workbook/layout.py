"""Finding the tables on a sheet and saying of every number where it belongs.

A sheet is cut into blocks side by side, a block into tables from top to bottom, a table into
title, unit, header band and body. Every number of the sheet comes out exactly once: as a figure
of a body, as part of a header (a year), or as stray (beside a table, or without label and head).
"""

from collections.abc import Iterator

from connectors.workbook.blocks import find_blocks
from connectors.workbook.cells import LaidCell, stray_cell, table_cells
from connectors.workbook.labels import LabelStack
from connectors.workbook.sheet import Sheet
from connectors.workbook.tables import Table, find_tables


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
    for block in find_blocks(sheet):
        stack = LabelStack(sheet)
        previous: Table | None = None
        for table in find_tables(sheet, block):
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
            for cell in table_cells(sheet, table, number, stack):
                cells[cell.row, cell.column] = cell
            previous = table
    for row, column, value in _numbers(sheet):
        if (row, column) not in cells:
            cells[row, column] = stray_cell(row, column, value, max(number, 1), title)
    return [cells[place] for place in sorted(cells)]


def _numbers(sheet: Sheet) -> Iterator[tuple[int, int, float]]:
    for row, line in enumerate(sheet.values):
        for column, value in enumerate(line):
            if isinstance(value, float):
                yield row, column, value
