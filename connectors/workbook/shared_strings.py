"""The list of texts that the cells of a workbook share."""

import re

from connectors.workbook.refused import WorkbookRefusedError

MAX_TEXT_BYTES = 2**30
"""Bytes that the texts of all cells may take when each cell has its own copy of the longest."""

_END = re.compile(rb"</(?:[^\s<>/:]+:)?si\s*>")


def check_strings(xml: bytes, cells: int) -> None:
    """Refuse a workbook whose cells could all point at one huge text, copied for each of them.

    Args:
        xml: the part `xl/sharedStrings.xml`; empty when the workbook has none.
        cells: number of cells of the workbook.

    Raises:
        WorkbookRefusedError: the texts could fill the memory.
    """
    longest = max(map(len, _END.split(xml)))
    if longest * cells > MAX_TEXT_BYTES:
        raise WorkbookRefusedError(
            f"tệp có ô chữ quá dài ({longest / 2**20:.1f} MB); hãy cắt bớt chữ trong ô rồi nộp lại"
        )
