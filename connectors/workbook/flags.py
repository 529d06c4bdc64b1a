"""What the XML of one sheet says beyond its values: hidden parts, label styles, failed formulas."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

from connectors.workbook.grid import column_number
from connectors.workbook.styles import PLAIN, LabelStyle

_TRUE = rb'(?:1|true)"'
_COLS = re.compile(rb"<cols\b.*?</cols>", re.S)
_COL = re.compile(rb"<col\b[^>]*>")
_ROW = re.compile(rb"<row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="' + _TRUE)
_MIN = re.compile(rb'\bmin="(\d+)"')
_MAX = re.compile(rb'\bmax="(\d+)"')
# every known writer puts r, s, t in this order; another order only loses the indentation
_TEXT_CELL = re.compile(rb'<c r="([A-H])(\d+)"(?: s="(\d+)")?[^>]*? t="(?:s|str|inlineStr)"')
_FAILED_CELL = re.compile(
    rb'<c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bt="e"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.S
)
# a formula that was never computed: no program has opened the file since it was made
_UNCOMPUTED_CELL = re.compile(
    rb'<c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"(?![^>]*\bt="str")[^>]*>'
    rb"<f(?:\s[^>]*)?(?:/>|>([^<]*)</f>)(?:<v\s*/>|<v></v>)?</c>"
)


@dataclass(slots=True)
class SheetFlags:
    """What the XML of one sheet says beyond its values; rows and columns count from 0.

    `failed` are the cells whose formula failed, with what they show ("#REF!"), or was never
    computed, with the formula ("#=SUM(B2:B9)"); calamine gives both as if they were blank.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    label_styles: dict[tuple[int, int], LabelStyle] = field(default_factory=dict)
    failed: dict[tuple[int, int], str] = field(default_factory=dict)


def read_flags(xml: bytes, styles: Sequence[LabelStyle]) -> SheetFlags:
    """Read what a sheet says beyond its values.

    Args:
        xml: the sheet's XML.
        styles: the label styles of the workbook's cell formats.
    """
    # patterns with a fixed start are several times faster; prefixed tags are rare
    prefixed = b"<row" not in xml
    xml = re.sub(rb"(</?)\w+:", rb"\1", xml) if prefixed else xml
    flags = SheetFlags()
    start = xml.find(b"<sheetData")
    columns = _COLS.search(xml, 0, start)
    for tag in _COL.findall(columns.group()) if columns else ():
        first, last = _MIN.search(tag), _MAX.search(tag)
        if first and last and _HIDDEN.search(tag):
            flags.hidden_columns.update(range(int(first[1]) - 1, min(int(last[1]), 16384)))
    _note_hidden_rows(xml, flags)
    _note_failed(xml, flags)
    for letter, row_number, style in _TEXT_CELL.findall(xml):
        index = int(style or 0)
        if index < len(styles) and styles[index] != PLAIN:
            flags.label_styles[int(row_number) - 1, letter[0] - 65] = styles[index]
    return flags


def _note_hidden_rows(xml: bytes, flags: SheetFlags) -> None:
    """Note the hidden rows; rows may lack their number."""
    if b"hidden=" not in xml:
        return
    number = 0
    for attributes in _ROW.findall(xml):
        given = _ROW_NUMBER.search(attributes)
        number = int(given[1]) if given else number + 1
        if b"hidden" in attributes and _HIDDEN.search(attributes):
            flags.hidden_rows.add(number - 1)


def _note_failed(xml: bytes, flags: SheetFlags) -> None:
    found = _FAILED_CELL.findall(xml) if b't="e"' in xml else []
    for letters, row, formula in _UNCOMPUTED_CELL.findall(xml):
        found.append((letters, row, b"#=" + formula))
    for letters, row, shown in found:
        text = unescape(shown.decode("utf-8", "replace"))
        flags.failed[int(row) - 1, column_number(letters) - 1] = text
