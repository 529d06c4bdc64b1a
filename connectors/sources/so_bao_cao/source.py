"""Figures that documents report, typed or exported by agencies into one template (CSV or xlsx).

Every row is landed as it was typed, with what can be read from it beyond doubt. What cannot is
kept as a question (`doubt`), so that judging sets the row aside; a row that is marked with any
secrecy is never written, only counted.
"""

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from connectors.connector import Delivery, PullContext
from connectors.inbox import inbox_files, safe_name
from connectors.spec import SourceSpec, load_spec
from connectors.vietnamese import (
    NotADateError,
    NotANumberError,
    decimal_mark_of,
    parse_date,
    parse_number,
    quoted,
)
from connectors.workbook import (
    WorkbookRefusedError,
    column_letters,
    open_archive,
    read_content,
    read_sheets,
)
from connectors.workbook.sheet import clean_text

T = TypeVar("T")
Cell = str | float | None

COLUMNS = (
    "chi_tieu",
    "dia_ban",
    "ky",
    "lich",
    "gia_tri",
    "don_vi",
    "thay_doi_cung_ky_pct",
    "trang_thai",
    "ngay_cong_bo",
    "van_ban",
    "ghi_chu",
    "do_mat",
)
"""The header of the template; a file may leave out the optional columns and order them freely."""

_MUST_SAY = ("chi_tieu", "dia_ban", "don_vi", "van_ban")
_OPTIONAL = frozenset({"lich", "thay_doi_cung_ky_pct", "ghi_chu", "do_mat"})
_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_FILES = frozenset({".csv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".zip"})
_MAX_ROWS = 100_000
_LIMIT = Decimal(10) ** 18
_PERIOD = re.compile(
    r"^(?P<year>\d{4})(?:-(?:(?P<month>\d{1,2})(?P<ytd>-ytd)?|q(?P<quarter>[1-4])|h(?P<half>[12])"
    r"|(?P<months>\d{1,2})t))?$",
    re.I,
)
_RUNNING = {1: ("month", 1), 3: ("quarter", 1), 6: ("half", 1), 9: ("nine_months", 1)}
_CALENDARS = {"": "calendar", "calendar": "calendar", "report_15_14": "report_15_14"}
_STATUSES = {"uoc_tinh": "estimate", "so_bo": "preliminary", "chinh_thuc": "official"}


class _DoubtError(ValueError):
    """A cell is not certainly one thing; the message asks in Vietnamese."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows below a header; `lines` are (row number from 1, cells by column name)."""

    sheet: str
    positions: Mapping[str, int]
    lines: Sequence[tuple[int, Mapping[str, Cell]]]


@dataclass(frozen=True, slots=True)
class _File:
    label: str
    sha: str
    size: int
    tables: Sequence[_Table]
    is_simulated: bool


def deliveries(context: PullContext) -> Iterator[Delivery]:
    """Read the named files that the lake does not hold yet, in order of publication.

    Args:
        context: `paths` are files or folders; each row dates itself.

    Returns:
        One delivery for each new, readable file; the others go to `context.refuse`, as does the
        number of rows that were left out for their secrecy.
    """
    sequence = Counter[date]()
    for seen in context.seen.values():
        sequence[seen.published_on] = max(sequence[seen.published_on], seen.published_seq)
    for published_on, file, rows, secret in sorted(
        _readable(context), key=lambda found: (found[0], found[1].label)
    ):
        sequence[published_on] += 1
        if secret:
            context.refuse(file.label, _secret_words(secret))
        yield _delivery(file, rows, secret, published_on, sequence[published_on])


def _readable(context: PullContext) -> Iterator[tuple[date, _File, list[dict[str, Any]], int]]:
    known = set(context.seen)
    for path in inbox_files(context, _FILES, f"thư mục không có tệp .csv, .xlsx; {_template()}"):
        label = safe_name(path.name)
        context.stage("read", label)
        try:
            file = _read(path, label, known)
            if file is None:
                continue
            known.add(file.sha)
            yield _worked_out(file, context)
        except WorkbookRefusedError as error:
            context.refuse(label, str(error))


def _read(path: Path, label: str, known: set[str]) -> _File | None:
    """Read a file into tables by column name, or nothing when its content is known already."""
    content = read_content(path)
    sha = hashlib.sha256(content).hexdigest()
    if sha in known:
        return None
    if path.suffix.lower() == ".csv":
        return _File(label, sha, len(content), [_table("csv", _csv_rows(content))], False)
    archive = open_archive(content)
    tables = [
        _table(sheet.name, _sheet_rows(sheet.values, sheet.dates))
        for sheet in read_sheets(archive)
        if any(any(cell is not None for cell in line) for line in sheet.values)
    ]
    return _File(label, sha, len(content), tables, archive.is_simulated)


def _csv_rows(content: bytes) -> list[list[Cell]]:
    """Read CSV in UTF-8, with or without BOM, whichever of ; , and tab separates its header."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WorkbookRefusedError(
            "tệp CSV không phải UTF-8; hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx"
        ) from error
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=header.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise WorkbookRefusedError(
            "tệp CSV có dấu ngoặc kép đặt sai chỗ; hãy xuất lại tệp từ bảng tính"
        ) from error
    return [[clean_text(cell) or None for cell in line] for line in lines]


def _sheet_rows(values: list[list[Cell]], dates: set[tuple[int, int]]) -> list[list[Cell]]:
    """Give the cells of a sheet; a true date is its day and a space, so that no period is seen."""
    return [
        [f"{str(cell)[:10]} " if (r, c) in dates else cell for c, cell in enumerate(line)]
        for r, line in enumerate(values)
    ]


def _table(sheet: str, rows: list[list[Cell]]) -> _Table:
    """Find the header, the first row that is not blank, and name the cells below it."""
    start = next((n for n, row in enumerate(rows) if _spills(row, 0)), None)
    if start is None:
        raise WorkbookRefusedError(f"tệp trống; {_template()}")
    if len(rows) > _MAX_ROWS:
        raise WorkbookRefusedError(f"tệp có hơn {_MAX_ROWS} dòng; hãy chia thành nhiều tệp")
    positions = _positions(sheet, rows[start])
    lines = [
        (n + 1, {name: row[at] if at < len(row) else None for name, at in positions.items()})
        for n, row in enumerate(rows)
        if n > start and _spills(row, 0)
    ]
    wide = next((n for n, row in enumerate(rows) if _spills(row, len(rows[start]))), None)
    if wide is not None:
        raise WorkbookRefusedError(
            f"dòng {wide + 1} có nhiều ô hơn dòng tiêu đề; "
            "hãy để chữ có dấu phân cách trong ngoặc kép"
        )
    return _Table(unicodedata.normalize("NFC", sheet), positions, lines)


def _spills(row: Sequence[Cell], width: int) -> bool:
    return any(_text(cell) for cell in row[width:])


def _positions(sheet: str, header: Sequence[Cell]) -> dict[str, int]:
    names = [_folded(_text(cell)) for cell in header]
    names = ["thay_doi_cung_ky_pct" if n == "thay_doi_cung_ky" else n for n in names]
    named = [name for name in names if name]
    missing = [name for name in COLUMNS if name not in _OPTIONAL and name not in named]
    strange = [_text(cell) for cell, n in zip(header, names, strict=True) if n and n not in COLUMNS]
    twice = [name for name, count in Counter(named).items() if count > 1]
    problems = [
        f"{words} {', '.join(quoted(one) for one in found[:5])}"
        for words, found in (("thiếu cột", missing), ("cột lạ", strange), ("cột lặp", twice))
        if found
    ]
    if problems:
        raise WorkbookRefusedError(
            f"dòng tiêu đề của trang “{sheet}” sai: {'; '.join(problems)}; {_template()}"
        )
    return {name: at for at, name in enumerate(names) if name}


def _template() -> str:
    return f"mẫu của dòng đầu: {','.join(COLUMNS)} (được bỏ {', '.join(sorted(_OPTIONAL))})"


def _folded(text: str) -> str:
    """Bring a header or a fixed word to lower case without marks: “Địa bàn” is dia_ban."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).replace("%", " pct ")
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.strip()


def _worked_out(file: _File, context: PullContext) -> tuple[date, _File, list[dict[str, Any]], int]:
    """Read every row that may be written.

    Returns:
        The newest day of publication, the file, its rows and the number of secret rows.
    """
    today = context.now.astimezone(_VIET_NAM).date()
    rows: list[dict[str, Any]] = []
    secret = 0
    for table in file.tables:
        open_lines = [line for line in table.lines if _is_ordinary(line[1].get("do_mat"))]
        secret += len(table.lines) - len(open_lines)
        mark = decimal_mark_of(
            cell
            for _, cells in open_lines
            for name in ("gia_tri", "thay_doi_cung_ky_pct")
            if isinstance(cell := cells.get(name), str)
        )
        letters = column_letters(table.positions["gia_tri"])
        for number, cells in open_lines:
            place = {"sheet": table.sheet, "row_no": number, "cell": f"{letters}{number}"}
            rows.append(place | _row(cells, mark, today))
    if not rows:
        raise WorkbookRefusedError(_secret_words(secret) if secret else f"tệp trống; {_template()}")
    days = [row["published_on"] for row in rows if row["published_on"]]
    if not days:
        raise WorkbookRefusedError(
            f"không dòng nào đọc được ngày công bố; dòng đầu tiên: {rows[0]['doubt']}"
        )
    return max(days), file, rows, secret


def _is_ordinary(cell: Cell) -> bool:
    """Say whether a row may be kept: a marking that is not known counts as secret."""
    text = _text(cell)
    return not text or _folded(text) == "thuong"


def _secret_words(count: int) -> str:
    return (
        f"{count} dòng có độ mật khác “thường” nên không được ghi vào kho; "
        "chỉ nộp số liệu không mật"
    )


def _row(cells: Mapping[str, Cell], mark: str, today: date) -> dict[str, Any]:
    """Keep a row as typed, with everything that can be read from it and the questions about it."""
    doubts: list[str] = []

    def read(parse: Callable[[], T]) -> T | None:
        try:
            return parse()
        except _DoubtError as error:
            doubts.append(str(error))
            return None

    typed = {name: _text(cells.get(name)) for name in COLUMNS if name != "do_mat"}
    value = read(lambda: _value(cells.get("gia_tri"), mark, typed["don_vi"]))
    change = read(lambda: _number("thay_doi_cung_ky_pct", cells.get("thay_doi_cung_ky_pct"), mark))
    period = read(lambda: _period(cells.get("ky"))) or (None, None, None)
    row = {
        **typed,
        "calendar": read(lambda: _word("lich", typed["lich"], _CALENDARS)),
        "estimate_status": read(lambda: _word("trang_thai", typed["trang_thai"], _STATUSES)),
        "published_on": read(lambda: _day(typed["ngay_cong_bo"], today)),
        **dict(zip(("period_type", "year_no", "period_no"), period, strict=True)),
        **dict(zip(("value", "value_decimals"), value or (None, None), strict=True)),
        **dict(zip(("yoy_pct", "yoy_decimals"), change or (None, None), strict=True)),
    }
    doubts += [f"thiếu {name}" for name in _MUST_SAY if not typed[name]]
    return row | {"doubt": "; ".join(doubts) or None}


def _value(cell: Cell, mark: str, unit: str) -> tuple[Decimal, int]:
    found = _number("gia_tri", cell, mark, unit)
    if found is None:
        raise _DoubtError("gia_tri: không có số; chỉ tiêu không có số liệu thì bỏ cả dòng")
    return found


def _number(name: str, cell: Cell, mark: str, unit: str = "%") -> tuple[Decimal, int] | None:
    """Read a figure and the number of decimals printed; nothing where there is none."""
    if isinstance(cell, float):
        exact = Decimal(repr(cell)).normalize()
    else:
        try:
            number = parse_number(_text(cell), mark)
        except NotANumberError as error:
            raise _DoubtError(f"{name}: {error}") from error
        if number.value is None:
            return None
        if number.unit and _folded(number.unit) != _folded(unit):
            raise _DoubtError(
                f"{name}: {quoted(_text(cell))} có đơn vị khác cột don_vi; ghi đơn vị ở cột don_vi"
            )
        exact = number.value
    if abs(exact) >= _LIMIT:
        raise _DoubtError(f"{name}: {quoted(_text(cell))} quá lớn; hãy xem lại con số và đơn vị")
    decimals = max(0, -int(exact.as_tuple().exponent))
    kept = exact.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    return kept, min(decimals, 6)


def _period(cell: Cell) -> tuple[str, int, int]:
    """Read a period of the template: 2025-06, 2025-Q2, 2025-H1, 2025-9T, 2025 or 2025-05-ytd."""
    text = _text(cell)
    if isinstance(cell, str) and cell.endswith(" "):
        raise _DoubtError(f"ky: bảng tính đã đổi kỳ thành ngày {text}; hãy để cột ky dạng chữ")
    match = _PERIOD.match(text)
    found = _named_period(match) if match else None
    if match is None or found is None or not 1990 <= int(match["year"]) <= 2040:
        raise _DoubtError(
            f"ky: {quoted(text)} là kỳ nào? Ghi 2025-06, 2025-Q2, 2025-H1, 2025-9T, 2025 "
            "hoặc 2025-05-ytd (lũy kế đến tháng 5)"
        )
    return found[0], int(match["year"]), found[1]


def _named_period(match: re.Match[str]) -> tuple[str, int] | None:
    if match["quarter"]:
        return "quarter", int(match["quarter"])
    if match["half"]:
        return "half", int(match["half"])
    month = int(match["month"] or match["months"] or 12)
    if not 1 <= month <= 12:
        return None
    if match["month"] and not match["ytd"]:
        return "month", month
    return ("year", 1) if month == 12 else _RUNNING.get(month, ("ytd", month))


def _word(name: str, text: str, words: Mapping[str, str]) -> str:
    found = words.get(_folded(text))
    if found is None:
        choices = {"lich": "calendar hoặc report_15_14"}.get(name, "ước tính, sơ bộ, chính thức")
        raise _DoubtError(f"{name}: {quoted(text)} không có trong mẫu; hãy ghi {choices}")
    return found


def _day(text: str, today: date) -> date:
    try:
        day = parse_date(text)
    except NotADateError as error:
        raise _DoubtError(f"ngay_cong_bo: {error}") from error
    if day > today:
        raise _DoubtError(f"ngay_cong_bo: {day:%d/%m/%Y} ở tương lai; hãy ghi ngày của văn bản")
    return day


def _delivery(
    file: _File, rows: list[dict[str, Any]], secret: int, published_on: date, sequence: int
) -> Delivery:
    about = {"source_file": file.label, "file_sha": file.sha}
    summary = {
        **about,
        "size_bytes": file.size,
        "published_on": published_on,
        "published_seq": sequence,
        "figure_count": len(rows),
        "secret_count": secret,
    }
    return Delivery(
        delivery_id=file.sha,
        known_at=datetime.combine(published_on, time.min, _VIET_NAM).astimezone(UTC),
        tables={
            "figure": [_arrow("figure", [about | row for row in rows])],
            "file": [_arrow("file", [summary])],
        },
        label=file.label,
        published_seq=sequence,
        is_simulated=file.is_simulated,
    )


def _arrow(table: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=_spec().tables[table].arrow_schema())


@cache
def _spec() -> SourceSpec:
    return load_spec(Path(__file__).with_name("source.yml"))
