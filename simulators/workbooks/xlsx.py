"""Write small xlsx files with the same bytes for the same content.

The general writers stamp times and are slow; this one knows only what the workbooks need.
Format: ECMA-376 Part 1 (SpreadsheetML).
"""

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | float
Item = TypeVar("Item")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time a zip entry can carry

_PLAIN, _BOLD, _NUMBER = 0, 1, 2


@dataclass
class Grid:
    """The cells of one sheet.

    Attributes:
        name: sheet name, at most 31 characters.
        hidden: whether the sheet is hidden.
        cells: value by (row, column), both counted from 1.
        merges: merged ranges as (top, left, bottom, right).
        hidden_columns: columns that are not shown.
        bold_rows: rows in bold type.
    """

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    bold_rows: set[int] = field(default_factory=set)


def address(row: int, column: int) -> str:
    """Give the name of a cell, such as C10.

    Args:
        row: from 1.
        column: from 1 to 26.

    Returns:
        Column letter and row number.
    """
    return f"{chr(64 + column)}{row}"


@dataclass(frozen=True)
class Properties:
    """What a workbook says about itself.

    Attributes:
        title: its title.
        category: one word that programs look for.
        note: its subject, keywords and comment.
    """

    title: str
    category: str
    note: str


def write_xlsx(path: Path, grids: list[Grid], properties: Properties) -> None:
    """Write a workbook.

    Args:
        path: the file, replaced when it exists.
        grids: sheets in their order, at least one of them visible.
        properties: what the workbook says about itself.
    """
    texts: dict[str, int] = {}
    sheets = [_sheet(grid, texts) for grid in grids]
    parts = {
        "[Content_Types].xml": _content_types(len(grids)),
        "_rels/.rels": _relations(
            [
                (f"{_RELATIONS}/officeDocument", "xl/workbook.xml"),
                (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": _properties(properties),
        "xl/workbook.xml": _workbook(grids),
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *(
                    (f"{_RELATIONS}/worksheet", f"worksheets/sheet{n}.xml")
                    for n, _ in _count(grids)
                ),
                (f"{_RELATIONS}/styles", "styles.xml"),
                (f"{_RELATIONS}/sharedStrings", "sharedStrings.xml"),
            ]
        ),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": _shared_strings(texts),
        **{f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in _count(sheets)},
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the default depends on the writing system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, _HEAD + content)


def _count(items: list[Item]) -> list[tuple[int, Item]]:
    return list(enumerate(items, start=1))


def _sheet(grid: Grid, texts: dict[str, int]) -> str:
    rows: dict[int, list[str]] = {}
    for (row, column), value in sorted(grid.cells.items()):
        rows.setdefault(row, []).append(_cell(row, column, value, row in grid.bold_rows, texts))
    body = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows.items())
    columns = "".join(
        f'<col min="{column}" max="{column}" width="9" hidden="1" customWidth="1"/>'
        for column in sorted(grid.hidden_columns)
    )
    merges = "".join(
        f'<mergeCell ref="{address(top, left)}:{address(bottom, right)}"/>'
        for top, left, bottom, right in grid.merges
    )
    return (
        f'<worksheet xmlns="{_MAIN}">'
        + (f"<cols>{columns}</cols>" if columns else "")
        + f"<sheetData>{body}</sheetData>"
        + (f'<mergeCells count="{len(grid.merges)}">{merges}</mergeCells>' if merges else "")
        + "</worksheet>"
    )


def _cell(row: int, column: int, value: Cell, bold: bool, texts: dict[str, int]) -> str:
    place = address(row, column)
    if isinstance(value, str):
        index = texts.setdefault(value, len(texts))
        return f'<c r="{place}" s="{_BOLD if bold else _PLAIN}" t="s"><v>{index}</v></c>'
    return f'<c r="{place}" s="{_NUMBER}"><v>{value!r}</v></c>'


def _shared_strings(texts: dict[str, int]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return f'<sst xmlns="{_MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">{items}</sst>'


def _workbook(grids: list[Grid]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(grid.name)} sheetId="{n}"'
        f'{" state=" + quoteattr("hidden") if grid.hidden else ""} r:id="rId{n}"/>'
        for n, grid in _count(grids)
    )
    active = next(n for n, grid in enumerate(grids) if not grid.hidden)
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f'<bookViews><workbookView activeTab="{active}"/></bookViews>'
        f"<sheets>{sheets}</sheets></workbook>"
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in _count(targets)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _content_types(sheets: int) -> str:
    overrides = [
        ("/xl/workbook.xml", f"{_OFFICE}.sheet.main+xml"),
        ("/xl/styles.xml", f"{_OFFICE}.styles+xml"),
        ("/xl/sharedStrings.xml", f"{_OFFICE}.sharedStrings+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
    ]
    overrides += [
        (f"/xl/worksheets/sheet{n}.xml", f"{_OFFICE}.worksheet+xml") for n in range(1, sheets + 1)
    ]
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{p}" ContentType="{kind}"/>' for p, kind in overrides)
        + "</Types>"
    )


def _properties(properties: Properties) -> str:
    note = escape(properties.note)
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(properties.title)}</dc:title><dc:subject>{note}</dc:subject>"
        f"<dc:creator>simulators.workbooks</dc:creator><cp:keywords>{note}</cp:keywords>"
        f"<dc:description>{note}</dc:description>"
        f"<cp:category>{escape(properties.category)}</cp:category></cp:coreProperties>"
    )


_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="10"/><name val="Arial"/></font>'
    '<font><b/><sz val="10"/><name val="Arial"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
