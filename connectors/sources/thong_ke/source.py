"""The monthly socio-economic workbooks of the statistics office: every number, as published."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from connectors.connector import Delivery, PullContext
from connectors.inbox import inbox_files, safe_name
from connectors.spec import SourceSpec, load_spec
from connectors.workbook import (
    LaidCell,
    Sheet,
    WorkbookRefusedError,
    column_letters,
    lay_out,
    open_archive,
    read_content,
    read_sheets,
)

_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_DATE_IN_NAME = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?!\d)")
# other kinds of table than .xlsx are looked at so that each is refused with its reason
_SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".zip"})
_EMPTY = "thư mục không có tệp biểu nào (.xlsx); hãy xem lại đường dẫn hoặc đặt tệp vào"
_CLOCK_TOLERANCE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Candidate:
    path: Path
    label: str
    published_on: date


def deliveries(context: PullContext) -> Iterator[Delivery]:
    """Read the named workbooks that the lake does not hold yet, in order of publication.

    Args:
        context: `paths` are files or folders; `published` dates files whose name has no date.

    Returns:
        One delivery for each new, readable workbook; the others go to `context.refuse`.
    """
    candidates = _candidates(context)
    sequence = Counter[date]()
    for seen in context.seen.values():
        sequence[seen.published_on] = max(sequence[seen.published_on], seen.published_seq)
    known: set[str] = set()
    for index, candidate in enumerate(candidates, 1):
        context.stage("read", f"{index}/{len(candidates)} {candidate.label}")
        try:
            delivery = _read(candidate, known, context, sequence[candidate.published_on] + 1)
        except WorkbookRefusedError as error:
            context.refuse(candidate.label, str(error))
            continue
        if delivery is not None:
            known.add(delivery.delivery_id)
            sequence[candidate.published_on] += 1
            yield delivery


def _candidates(context: PullContext) -> list[_Candidate]:
    found = []
    for path in inbox_files(context, _SPREADSHEETS, _EMPTY):
        label = safe_name(path.name)
        try:
            found.append(_Candidate(path, label, _publication_date(label, context)))
        except WorkbookRefusedError as error:
            context.refuse(label, str(error))
    return sorted(found, key=lambda item: (item.published_on, item.label))


def _publication_date(label: str, context: PullContext) -> date:
    """Take the date from the file name, else from the user; never from the clock."""
    match = _DATE_IN_NAME.match(label)
    try:
        published = date(*map(int, match.groups())) if match else context.published
    except ValueError as error:
        raise WorkbookRefusedError(
            f"ngày đầu tên tệp không có trong lịch: {match.group() if match else label}"
        ) from error
    if published is None:
        raise WorkbookRefusedError(
            "tên tệp không bắt đầu bằng ngày công bố (ví dụ 2024-12-29-…); "
            "hãy thêm --published NĂM-THÁNG-NGÀY"
        )
    if published > (context.now.astimezone(_VIET_NAM) + _CLOCK_TOLERANCE).date():
        raise WorkbookRefusedError(f"ngày công bố {published:%d/%m/%Y} ở tương lai")
    return published


def _is_in_lake(sha: str, candidate: _Candidate, context: PullContext) -> bool:
    """Say whether a content is there already; one held back may come again under another date."""
    seen = context.seen.get(sha)
    return seen is not None and not (seen.is_held and seen.published_on != candidate.published_on)


def _read(
    candidate: _Candidate, known: set[str], context: PullContext, sequence: int
) -> Delivery | None:
    """Read one workbook, or nothing when its content is known already."""
    content = read_content(candidate.path)
    sha = hashlib.sha256(content).hexdigest()
    if sha in known or _is_in_lake(sha, candidate, context):
        return None
    archive = open_archive(content)
    file = {
        "source_file": candidate.label,
        "file_sha": sha,
        "published_on": candidate.published_on,
        "published_seq": sequence,
    }
    sheets = []
    for sheet in read_sheets(archive):
        cells = lay_out(sheet)
        _check_complete(sheet, cells)
        sheets.append((sheet, cells))
    if not any(cells for _, cells in sheets):
        raise WorkbookRefusedError("tệp không có ô số liệu nào; hãy xem có gửi nhầm tệp không")
    table = _cell_table(file, sheets)
    summary = {
        **file,
        "size_bytes": len(content),
        "sheet_count": len(sheets),
        "numeric_cell_count": table.num_rows,
    }
    return Delivery(
        delivery_id=sha,
        known_at=_start_of_day(candidate.published_on),
        tables={
            "cell": [table],
            "file": [pa.Table.from_pylist([summary], schema=_spec().tables["file"].arrow_schema())],
        },
        label=candidate.label,
        published_seq=sequence,
        is_simulated=archive.is_simulated,
    )


def _check_complete(sheet: Sheet, cells: Sequence[LaidCell]) -> None:
    """Compare what was laid out with a plain count: rows fetched = rows advertised."""
    advertised = sum(isinstance(value, float) for line in sheet.values for value in line)
    laid = sum(not cell.is_text for cell in cells)
    if advertised != laid:
        raise WorkbookRefusedError(
            f"trang tính “{sheet.name}”: đọc được {laid} trong {advertised} ô số"
        )


def _start_of_day(day: date) -> datetime:
    return datetime.combine(day, time.min, _VIET_NAM).astimezone(UTC)


@cache
def _spec() -> SourceSpec:
    return load_spec(Path(__file__).with_name("source.yml"))


def _cell_table(
    file: dict[str, Any], sheets: Sequence[tuple[Sheet, Sequence[LaidCell]]]
) -> pa.Table:
    """Put the cells of all sheets of a file into one table."""
    parts = zip(*chain.from_iterable(cells for _, cells in sheets), strict=True)
    laid: dict[str, tuple[Any, ...]] = dict(zip(LaidCell._fields, parts, strict=True))
    row_no = pc.add(pa.array(laid["row"], pa.int32()), pa.scalar(1, pa.int32()))
    column = pa.array(laid["column"], pa.int32())
    letters = pa.array([column_letters(number) for number in range(pc.max(column).as_py() + 1)])
    columns: dict[str, Any] = {
        "sheet": _per_sheet(sheets, lambda sheet: unicodedata.normalize("NFC", sheet.name)),
        "sheet_no": _per_sheet(sheets, lambda sheet: sheet.number),
        "sheet_hidden": _per_sheet(sheets, lambda sheet: sheet.hidden),
        "table_no": laid["table_no"],
        "table_title": laid["table_title"],
        "row_no": row_no,
        "col_no": pc.add(column, pa.scalar(1, pa.int32())),
        "cell": pc.binary_join_element_wise(letters.take(column), row_no.cast(pa.string()), ""),
        "row_hidden": [cell.row in sheet.hidden_rows for sheet, cells in sheets for cell in cells],
        "col_hidden": [
            cell.column in sheet.hidden_columns for sheet, cells in sheets for cell in cells
        ],
        "cell_kind": laid["kind"],
        "item_path": laid["item_path"],
        "item_label": laid["item_label"],
        "column_path": laid["column_path"],
        "unit_text": laid["unit"],
        "is_text": laid["is_text"],
        "value_text": laid["text"],
        "value": laid["value"],
        "doubt": [doubt or None for doubt in laid["doubt"]],
    }
    schema = _spec().tables["cell"].arrow_schema()
    arrays = [
        _array(columns[field.name], field.type)
        if field.name in columns
        else pa.repeat(pa.scalar(file[field.name], field.type), len(row_no))
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _per_sheet(
    sheets: Sequence[tuple[Sheet, Sequence[LaidCell]]], about: Callable[[Sheet], object]
) -> pa.Array:
    """Repeat what is said about each sheet for each of its cells."""
    parts = [pa.repeat(about(sheet), len(cells)) for sheet, cells in sheets if cells]
    return pa.concat_arrays(parts)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    return values.cast(kind) if isinstance(values, pa.Array) else pa.array(values, kind)
