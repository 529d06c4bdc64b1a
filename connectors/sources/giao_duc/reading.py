"""An export file as a table of texts: CSV in whatever encoding, or xlsx."""

import io
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from connectors.errors import SourceError
from connectors.legacy_text import EncodingError, decode
from connectors.sources.giao_duc.layouts import Layout
from connectors.vietnamese import quoted
from connectors.workbook import WorkbookRefusedError, open_archive, read_sheets
from connectors.workbook.archive import MAX_FILE_BYTES

LINE = "dòng trong tệp"
"""Name of the column that numbers the lines of a file from 1, the heading being the first."""

_AGAIN = "đề nghị nguồn xuất lại tệp"


class FileRefusedError(SourceError):
    """A file cannot be taken as it is; the message is one line in Vietnamese that says why."""


@dataclass(frozen=True, slots=True)
class FileTable:
    """The rows of a file, their needed headings and `LINE`; what it holds beside them, untold."""

    rows: pa.Table
    encoding: str
    strange: list[str]


def read_file(content: bytes, layout: Layout) -> FileTable:
    """Read an export file by what its bytes are, whatever its name says.

    Args:
        content: the file as it came.
        layout: what a file of its kind has.

    Returns:
        Its rows as texts in NFC, null for an empty cell; the columns that name persons and those
        that nobody has declared are left out.

    Raises:
        FileRefusedError: it is no such file, too large, damaged, or in an unknown encoding.
    """
    if not content:
        raise FileRefusedError(f"tệp rỗng (0 byte); {_AGAIN}")
    if len(content) > MAX_FILE_BYTES:
        raise FileRefusedError(
            f"tệp quá lớn ({len(content) / 2**20:.0f} MB, nhiều nhất "
            f"{MAX_FILE_BYTES / 2**20:.0f} MB); đề nghị nguồn chia nhỏ tệp"
        )
    # zip and OLE: a workbook, or something that only a workbook's reader can name
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        rows, encoding = _workbook_rows(content), "xlsx"
    else:
        rows, encoding = _csv_rows(content, layout)
    headings = rows.column_names[:-1]
    _check_headings(headings, layout)
    known = {*layout.needed, *layout.dropped}
    return FileTable(
        rows.select([*layout.needed, LINE]),
        encoding,
        [name for name in headings if name not in known],
    )


def _csv_rows(content: bytes, layout: Layout) -> tuple[pa.Table, str]:
    try:
        decoded = decode(content, lambda text: layout.recognised(_headings(text)[1]))
    except EncodingError as error:
        raise FileRefusedError(str(error)) from error
    separator, headings = _headings(decoded.text)
    try:
        rows = pyarrow.csv.read_csv(
            io.BytesIO(decoded.text.encode()),
            read_options=pyarrow.csv.ReadOptions(
                skip_rows=1,
                column_names=[str(at) for at in range(len(headings))],
                block_size=MAX_FILE_BYTES,
            ),
            parse_options=pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={str(at): pa.string() for at in range(len(headings))},
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            rows = pa.table({str(at): pa.array([], pa.string()) for at in range(len(headings))})
        else:
            raise FileRefusedError(
                f"tệp CSV có dòng thừa hoặc thiếu ô so với {len(headings)} cột tiêu đề; {_AGAIN}"
            ) from error
    return _tidy(headings, rows.columns), decoded.encoding


def _headings(text: str) -> tuple[str, list[str]]:
    """Give the separator of a CSV text and the names in its first line."""
    first = text.partition("\n")[0].strip("\r")
    separator = max(",;\t", key=first.count)
    return separator, [_plain(name.strip('"')) for name in first.split(separator)]


def _workbook_rows(content: bytes) -> pa.Table:
    try:
        sheets = [sheet for sheet in read_sheets(open_archive(content)) if not sheet.hidden]
    except WorkbookRefusedError as error:
        raise FileRefusedError(str(error)) from error
    lines = next((sheet.values for sheet in sheets if sheet.values), None)
    if not lines:
        raise FileRefusedError(f"tệp xlsx không có trang tính nào có chữ; {_AGAIN}")
    headings = [_plain(_cell(cell)) for cell in lines[0]]
    columns = [
        pa.array([_cell(line[at]) if at < len(line) else "" for line in lines[1:]], pa.string())
        for at in range(len(headings))
    ]
    return _tidy(headings, columns)


def _cell(cell: str | float | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _tidy(headings: Sequence[str], columns: Sequence[pa.Array | pa.ChunkedArray]) -> pa.Table:
    """Name the columns, number the lines, and leave out lines without anything."""
    twice = [name for name, count in Counter(headings).items() if count > 1 and name]
    if twice:
        raise FileRefusedError(f"dòng tiêu đề có cột lặp {_told(twice)}; {_AGAIN}")
    trimmed = [pc.utf8_trim_whitespace(column) for column in columns]
    present = [
        pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column) for column in trimmed
    ]
    rows = pa.table(present, names=list(headings))
    rows = rows.append_column(LINE, pa.array(range(2, len(rows) + 2), pa.int32()))
    blank = pc.is_null(present[0])
    for column in present[1:]:
        blank = pc.and_(blank, pc.is_null(column))
    return rows.filter(pc.invert(blank))


def _check_headings(headings: Sequence[str], layout: Layout) -> None:
    missing = [name for name in layout.needed if name not in headings]
    if missing:
        raise FileRefusedError(
            f"tệp thiếu cột {_told(missing)}; đề nghị nguồn xuất lại đủ cột, "
            "hoặc thống nhất sửa khai báo của bộ nối"
        )


def _told(names: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in names[:5])
