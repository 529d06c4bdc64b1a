"""Small real workbooks for the layout traps."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from connectors.workbook import LaidCell, Sheet, lay_out, open_archive, read_content, read_sheets

Rows = Sequence[Sequence[object]]


def fill(sheet: Worksheet, rows: Rows, merges: Sequence[str] = ()) -> Worksheet:
    """Write rows from A1; None leaves a cell blank."""
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value is not None:
                sheet.cell(number, column, value)
    for area in merges:
        sheet.merge_cells(area)
    return sheet


def book(path: Path, rows: Rows, merges: Sequence[str] = ()) -> Path:
    """Save a workbook with one sheet."""
    workbook = Workbook()
    fill(workbook.active, rows, merges)
    workbook.save(path)
    return path


def indent(sheet: Worksheet, steps: Mapping[str, int]) -> None:
    """Indent label cells by their cell format, as the office does."""
    for address, step in steps.items():
        sheet[address].alignment = Alignment(indent=step)


def bold(sheet: Worksheet, *addresses: str) -> None:
    """Set label cells in bold."""
    for address in addresses:
        sheet[address].font = Font(bold=True)


def sheets_of(path: Path) -> list[Sheet]:
    """Read the sheets of a file."""
    return list(read_sheets(open_archive(read_content(path))))


def cells_of(path: Path) -> dict[str, LaidCell]:
    """Lay out the first sheet; cells by address."""
    return {address(cell): cell for cell in lay_out(sheets_of(path)[0])}


def address(cell: LaidCell) -> str:
    """Give the address of a cell on sheets of up to 26 columns."""
    return f"{chr(65 + cell.column)}{cell.row + 1}"
