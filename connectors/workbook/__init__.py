"""Reading spreadsheets that people laid out for paper: cells, flags, tables, labels, headers."""

from connectors.workbook.address import column_letters
from connectors.workbook.archive import Archive, open_archive, read_content
from connectors.workbook.cells import LaidCell
from connectors.workbook.layout import lay_out
from connectors.workbook.refused import WorkbookRefusedError
from connectors.workbook.sheet import Sheet, read_sheets

__all__ = [
    "Archive",
    "LaidCell",
    "Sheet",
    "WorkbookRefusedError",
    "column_letters",
    "lay_out",
    "open_archive",
    "read_content",
    "read_sheets",
]
