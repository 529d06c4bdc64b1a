"""Hourly CSV files exported from other sites, brought into the stations' own lines.

Each cell becomes a line as a station would have sent it and goes through the same parser. Columns
that hold an index of another country keep the name of its standard.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict

from connectors.connector import PullContext
from connectors.encodings import as_utf8
from connectors.errors import TerminalSourceError
from connectors.inbox import inbox_files, safe_name
from connectors.vietnamese import NotANumberError, parse_number

_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_LARGEST = 256 << 20
_BLANK = "(dòng trống)"
_OFFSET = re.compile(r"^([+-])(\d{2}):(\d{2})$")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """What a column holds: the station's symbol, the unit, and whose index it is, if one."""

    symbol: str
    unit: str
    aqi_standard: str | None = None


class Layout(_Strict):
    """One kind of export: how its header looks and which columns say where, when and what."""

    name: str
    header: list[str]
    station: str
    time: str
    offset: str = ""
    offset_column: str = ""
    columns: dict[str, Column]


@dataclass(frozen=True)
class Export:
    """One exported file as lines of stations.

    Args:
        label: file name.
        sha: sha256 hex of the content.
        size: bytes.
        lines: for each kind of column its name of a standard (None: a measured quantity), and the
            lines of each row of the file: (row number, station, text); a row that names no
            station or moment has no station.
    """

    label: str
    sha: str
    size: int
    lines: Mapping[str | None, Sequence[tuple[int, str, str]]]


def read_exports(context: PullContext) -> Iterator[Export]:
    """Read the named CSV files that the lake does not hold yet.

    Args:
        context: `paths` are files or folders; what is no known export goes to `refuse`.
    """
    for path in inbox_files(context, {".csv"}, "thư mục không có tệp .csv xuất số liệu theo giờ"):
        label = safe_name(path.name)
        context.stage("read", label)
        try:
            if path.stat().st_size > _LARGEST:
                raise TerminalSourceError("tệp quá lớn (trên 256 MB); hãy chia thành nhiều tệp")
            content = path.read_bytes()
            sha = hashlib.sha256(content).hexdigest()
            if sha not in context.seen:
                yield Export(label, sha, len(content), _lines(content))
        except TerminalSourceError as error:
            context.refuse(label, str(error))


def _lines(content: bytes) -> dict[str | None, list[tuple[int, str, str]]]:
    rows = csv.DictReader(io.StringIO(as_utf8(content).decode(), newline=""))
    layout = _layout(rows.fieldnames or [])
    found: dict[str | None, list[tuple[int, str, str]]] = {}
    for row in rows:
        place = (rows.line_num, *_place(layout, row))
        for standard, text in _row_texts(layout, row, place[2]).items():
            found.setdefault(standard, []).append((place[0], place[1], text))
    return found


def _layout(header: Sequence[str]) -> Layout:
    for layout in _layouts():
        if set(layout.header) <= set(header):
            return layout
    known = "; ".join(f"{one.name} ({', '.join(one.header[:4])}, …)" for one in _layouts())
    raise TerminalSourceError(
        f"không nhận ra tiêu đề của tệp xuất; các dạng đã biết: {known}. "
        "Hãy khai thêm dạng mới trong layouts.yml"
    )


def _place(layout: Layout, row: Mapping[str, str]) -> tuple[str, str]:
    """Give the station's code and the local time of a row; empty where it does not say."""
    name = (row.get(layout.station) or "").strip()
    offset = layout.offset or (row.get(layout.offset_column) or "").strip()
    time = _local((row.get(layout.time) or "").strip(), offset)
    return (f"{layout.name}_{name}", time) if name and time else ("", "")


def _local(text: str, offset: str) -> str:
    sign = _OFFSET.match(offset)
    if sign is None:
        return ""
    ahead = timedelta(hours=int(sign[2]), minutes=int(sign[3])) * (1 if sign[1] == "+" else -1)
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC) - ahead
    except ValueError:
        return ""
    return f"{moment.astimezone(_VIET_NAM):%Y%m%d%H%M%S}"


def _row_texts(layout: Layout, row: Mapping[str, str], time: str) -> dict[str | None, str]:
    """Write the cells of a row as a station's lines, by standard; an absent figure is no line."""
    if not time:
        return {None: " ".join(cell for cell in row.values() if cell) or _BLANK}
    texts: dict[str | None, str] = {}
    for name, column in layout.columns.items():
        value = _plain(row.get(name) or "")
        if value:
            line = f"{column.symbol}\t{value}\t{column.unit}\t{time}\t00\n"
            texts[column.aqi_standard] = texts.get(column.aqi_standard, "") + line
    return texts


@cache
def _plain(text: str) -> str:
    """Bring a printed number to plain digits; what is not certainly one is left as it is."""
    try:
        number = parse_number(text, ".")
    except NotANumberError:
        return text
    return "" if number.value is None else f"{number.value:f}{number.unit}"


@cache
def _layouts() -> tuple[Layout, ...]:
    text = Path(__file__).with_name("layouts.yml").read_text(encoding="utf-8")
    return tuple(Layout.model_validate(one) for one in yaml.safe_load(text))
