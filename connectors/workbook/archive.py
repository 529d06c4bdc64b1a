"""The zip archive of an xlsx file: guards against bad files, and the flags that calamine hides."""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

MAX_FILE_BYTES = 64 * 2**20
MAX_UNPACKED_BYTES = 512 * 2**20
MAX_UNPACKED_RATIO = 200
MAX_GRID_CELLS = 5_000_000
"""Cells of the rectangle that a sheet spans; calamine fills that rectangle in memory."""

SIMULATED = "mo_phong"
"""Document category by which a generated workbook says that its figures are invented."""

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_TRUE = rb'(?:1|true)"'
_COLS = re.compile(rb"<cols\b.*?</cols>", re.S)
_COL = re.compile(rb"<col\b[^>]*>")
_ROW = re.compile(rb"<row\b([^>]*)>")
_PLAIN_ROW = re.compile(rb'<row r="(\d+)"')
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="' + _TRUE)
_MIN = re.compile(rb'\bmin="(\d+)"')
_MAX = re.compile(rb'\bmax="(\d+)"')
# every known writer puts r, s, t in this order; another order only loses the indentation
_TEXT_CELL = re.compile(rb'<c r="([A-H])(\d+)"(?: s="(\d+)")?[^>]*? t="(?:s|str|inlineStr)"')
_CELL_PLACE = re.compile(rb'<c [^>]*?\br="([A-Z]+)(\d+)"')
# a formula that failed; calamine gives such a cell as if it were blank
_FAILED_CELL = re.compile(
    rb'<c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bt="e"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.S
)
_FAR_CELL = re.compile(rb' r="(?:[A-Z]{3}\d|[A-Z]+\d{6})')
_NEAR_COLUMNS = 702
_FONTS = re.compile(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", re.S)
_FONT = re.compile(rb"<(?:\w+:)?font\s*(?:/>|>(.*?)</(?:\w+:)?font>)", re.S)
_BOLD = re.compile(rb'<(?:\w+:)?b(?:\s+val="(?:1|true)")?\s*/>')
_ITALIC = re.compile(rb'<(?:\w+:)?i(?:\s+val="(?:1|true)")?\s*/>')
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.S)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?xf>)", re.S)
_FONT_NUMBER = re.compile(rb'\bfontId="(\d+)"')
_INDENT = re.compile(rb'\bindent="(\d+)"')


class WorkbookRefusedError(ValueError):
    """A file cannot be taken in; the message is one sentence in Vietnamese."""


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """How a label is set in type: steps of indentation, bold, italic."""

    indent: int = 0
    bold: bool = False
    italic: bool = False


PLAIN = LabelStyle()


@dataclass(slots=True)
class SheetFlags:
    """What the XML of one sheet says beyond its values; rows and columns count from 0.

    `failed` are the cells whose formula failed, with what they show ("#REF!").
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    label_styles: dict[tuple[int, int], LabelStyle] = field(default_factory=dict)
    failed: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Archive:
    """A checked xlsx file: its bytes, the flags of each sheet by name, and what it says of itself.

    `is_simulated`: the document property "category" is "mo_phong".
    """

    content: bytes
    flags: dict[str, SheetFlags]
    is_simulated: bool


# what the standard library raises on a packed stream that is not what it says
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    KeyError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def open_archive(path: Path) -> Archive:
    """Read and check an xlsx file without trusting what it says of itself.

    Args:
        path: the file.

    Returns:
        Its bytes and the flags of its sheets.

    Raises:
        WorkbookRefusedError: not an xlsx file, locked by a password, damaged, or too large.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise WorkbookRefusedError(
                f"tệp quá lớn ({size / 2**20:.0f} MB, nhiều nhất {MAX_FILE_BYTES / 2**20:.0f} MB)"
            )
        content = path.read_bytes()
    except OSError as error:
        raise WorkbookRefusedError(f"không đọc được tệp ({error.strerror})") from error
    _check_magic(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_sizes(archive, len(content))
            return Archive(content, dict(_sheet_flags(archive)), _is_simulated(archive))
    except _DAMAGED as error:
        raise WorkbookRefusedError("tệp hỏng, không giải nén được") from error
    except (ElementTree.ParseError, zipfile.LargeZipFile, ValueError, OSError) as error:
        if isinstance(error, WorkbookRefusedError):
            raise
        raise WorkbookRefusedError("tệp hỏng, cấu trúc xlsx không hợp lệ") from error


def _check_magic(content: bytes) -> None:
    if content.startswith(_OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise WorkbookRefusedError("tệp có mật khẩu; hãy bỏ mật khẩu rồi nộp lại")
        raise WorkbookRefusedError("tệp .xls kiểu cũ; hãy lưu lại thành .xlsx")
    if not content.startswith(b"PK\x03\x04"):
        raise WorkbookRefusedError("không phải tệp xlsx")


def _check_sizes(archive: zipfile.ZipFile, packed: int) -> None:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES or unpacked > max(packed, 2**20) * MAX_UNPACKED_RATIO:
        raise WorkbookRefusedError(
            f"tệp nén bất thường (giải nén ra {unpacked / 2**20:.0f} MB), nghi là bom nén"
        )


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """Parse a small part; no spreadsheet program writes a DTD, so entities cannot be declared."""
    content = archive.read(name)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise WorkbookRefusedError("tệp chứa khai báo DTD, không an toàn")
    return ElementTree.fromstring(content)


def _is_simulated(archive: zipfile.ZipFile) -> bool:
    if "docProps/core.xml" not in archive.namelist():
        return False
    core = _xml(archive, "docProps/core.xml")
    return any(
        node.tag.endswith("}category") and (node.text or "").strip() == SIMULATED for node in core
    )


def _sheet_files(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name each worksheet and the archive entry that holds it."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        raise WorkbookRefusedError("không phải tệp xlsx (thiếu xl/workbook.xml)")
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in _xml(archive, "xl/_rels/workbook.xml.rels")
    }
    # by local names: the strict form of the format has other namespaces
    for sheet in _xml(archive, "xl/workbook.xml").iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        relation = next((v for name, v in sheet.attrib.items() if name.endswith("}id")), "")
        target = targets.get(relation, "")
        entry = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
        if entry in names:
            yield sheet.get("name", ""), entry


def _sheet_flags(archive: zipfile.ZipFile) -> Iterator[tuple[str, SheetFlags]]:
    styles = _label_styles(archive)
    for name, entry in _sheet_files(archive):
        yield name, _read_flags(archive.read(entry), styles, name)


def _label_styles(archive: zipfile.ZipFile) -> list[LabelStyle]:
    """Give, for each cell format of the workbook, its indentation and its font weight."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    # the many named styles and colours of these files make a full parse several times slower
    xml = archive.read("xl/styles.xml")
    fonts_xml, formats_xml = _FONTS.search(xml), _FORMATS.search(xml)
    fonts = [
        (_BOLD.search(font) is not None, _ITALIC.search(font) is not None)
        for font in _FONT.findall(fonts_xml.group() if fonts_xml else b"")
    ]
    styles = []
    for attributes, inner in _FORMAT.findall(formats_xml.group() if formats_xml else b""):
        indent, font = _INDENT.search(inner), _FONT_NUMBER.search(attributes)
        number = int(font[1]) if font else 0
        bold, italic = fonts[number] if number < len(fonts) else (False, False)
        styles.append(LabelStyle(int(indent[1]) if indent else 0, bold, italic))
    return styles


def _read_flags(xml: bytes, styles: list[LabelStyle], name: str) -> SheetFlags:
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
    _check_grid(xml, _read_rows(xml, flags), name)
    if b't="e"' in xml:
        for letters, row, shown in _FAILED_CELL.findall(xml):
            place = int(row) - 1, _column_number(letters) - 1
            flags.failed[place] = shown.decode("utf-8", "replace")
    for letter, row_number, style in _TEXT_CELL.findall(xml):
        index = int(style or 0)
        if index < len(styles) and styles[index] != PLAIN:
            flags.label_styles[int(row_number) - 1, letter[0] - 65] = styles[index]
    return flags


def _read_rows(xml: bytes, flags: SheetFlags) -> int:
    """Note the hidden rows and give the highest row number; rows may lack their number."""
    plain_rows = _PLAIN_ROW.findall(xml)
    if len(plain_rows) == xml.count(b"<row ") and b"hidden=" not in xml:
        return max(map(int, plain_rows), default=0)
    number = highest = 0
    for attributes in _ROW.findall(xml):
        given = _ROW_NUMBER.search(attributes)
        number = int(given[1]) if given else number + 1
        highest = max(highest, number)
        if b"hidden" in attributes and _HIDDEN.search(attributes):
            flags.hidden_rows.add(number - 1)
    return highest


def _check_grid(xml: bytes, rows: int, name: str) -> None:
    """Refuse a sheet whose rectangle would fill the memory, whatever its rows say."""
    far = _FAR_CELL.search(xml)
    if far is None and rows * _NEAR_COLUMNS <= MAX_GRID_CELLS:
        return
    columns, deepest = 0, rows
    for letters, row in set(_CELL_PLACE.findall(xml)):
        columns = max(columns, _column_number(letters))
        deepest = max(deepest, int(row))
    if deepest * columns > MAX_GRID_CELLS:
        raise WorkbookRefusedError(
            f"trang tính “{name}” trải quá rộng ({deepest} dòng × {columns} cột)"
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
