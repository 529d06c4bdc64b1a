"""Readings of automatic monitoring stations: five-minute files and month archives over SFTP.

A file is known by its name, size and time of change, so each is taken once, and again when it was
written anew. Files that other sites export (CSV) are read when they are named, see `exports.py`.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from connectors.connection import connection
from connectors.connector import Check, Delivery, PullContext
from connectors.encodings import as_utf8
from connectors.errors import TerminalSourceError
from connectors.sources.quan_trac.archives import archive_texts
from connectors.sources.quan_trac.examination import SILENCE, Named, examine, newest_by_station
from connectors.sources.quan_trac.exports import Export, read_exports
from connectors.sources.quan_trac.lines import parse_lines
from connectors.sources.quan_trac.names import FileName, parse_name
from connectors.sources.quan_trac.store import Address, GrowingFileError, Store, StoredFile
from connectors.spec import SourceSpec, load_spec

_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_INSTANT = pa.timestamp("us", tz="UTC")
_MINUTES, _HOUR = 5, 60
# a file changed so shortly before the pull may still be written
_SETTLES = timedelta(seconds=15)
# clocks of two machines differ a little
_AHEAD = timedelta(minutes=10)
_NOWHERE = "dòng không nêu trạm hoặc thời điểm; hãy xem lại tệp xuất"

Key = tuple[str, int, datetime]


def deliveries(context: PullContext) -> Iterator[Delivery]:
    """Give what is new: the exported files that were named, else the stations' files.

    Args:
        context: `landed` gives the files that were taken before.

    Returns:
        One delivery for each exported file or archive, and one for each station and day of
        five-minute files.

    Raises:
        SourceError: the server cannot be read, or its address is not whole.
    """
    if context.paths:
        yield from (_export(context, export) for export in read_exports(context))
        return
    settings = connection(context, _spec())
    if settings is not None:
        with Store(Address.of(settings), context.sleep) as store:
            yield from _pulled(context, store)


def conformance(context: PullContext) -> Iterator[Check]:
    """Examine the stations' server itself, for its vendor; nothing is landed."""
    settings = connection(context, _spec())
    assert settings is not None, "a source that is asked for is connected or told"
    with Store(Address.of(settings), context.sleep) as store:
        yield from examine(context, store)


def _pulled(context: PullContext, store: Store) -> Iterator[Delivery]:
    named = [(file, name) for file in store.files() if (name := parse_name(file.name))]
    named = _without_future(context, named)
    _tell_silence(context, named)
    taken = _taken(context)
    told = {name for name, _, _ in taken}
    new = [
        (file, name)
        for file, name in named
        if _key(file) not in taken and file.changed_at <= context.now - _SETTLES
    ]
    months = {(name.station, name.day.replace(day=1)) for name in _known_names(told)}
    is_simulated = bool(new) and store.is_simulated
    for file, name in new:
        if name.is_archive:
            is_first_word = (name.station, name.day) not in months
            yield from _archive(context, store, file, name, is_first_word, is_simulated)
    small = [found for found in new if not found[1].is_archive]
    small.sort(key=lambda found: (found[1].station, found[1].day, found[0].path))
    for _, group in groupby(small, key=lambda found: (found[1].station, found[1].day)):
        yield from _day(context, store, list(group), is_simulated)


def _without_future(context: PullContext, named: Sequence[Named]) -> list[Named]:
    """Leave out files of the future, telling each station that has some: they hide silence."""
    ahead = [found for found in named if found[0].changed_at > context.now + _AHEAD]
    for station in sorted({name.station for _, name in ahead}):
        own = [file for file, name in ahead if name.station == station]
        context.refuse(
            f"trạm {station}",
            f"{len(own)} tệp ghi ngày sửa ở tương lai ({own[0].name}: "
            f"{own[0].changed_at.astimezone(_VIET_NAM):%d/%m/%Y %H:%M}) nên chưa đọc; hãy chỉnh "
            "đồng hồ máy chủ rồi gửi lại",
        )
    return [found for found in named if found[0].changed_at <= context.now + _AHEAD]


def _tell_silence(context: PullContext, named: Sequence[Named]) -> None:
    """Tell each station whose newest file is older than an hour."""
    for station, last in newest_by_station(named).items():
        if context.now - last > SILENCE:
            local = last.astimezone(_VIET_NAM)
            context.refuse(
                f"trạm {station}",
                f"im lặng từ {local:%H:%M ngày %d/%m/%Y}; hãy yêu cầu đơn vị vận hành trạm "
                "kiểm tra thiết bị và đường truyền",
            )


def _taken(context: PullContext) -> set[Key]:
    taken: set[Key] = set()
    for rows in context.landed("tep", ["tep", "kich_thuoc", "sua_luc"]):
        taken |= set(zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True))
    return taken


def _known_names(names: Iterable[str]) -> Iterator[FileName]:
    return (name for text in names if (name := parse_name(text)))


def _key(file: StoredFile) -> Key:
    return file.name, file.size, file.changed_at


def _archive(
    context: PullContext,
    store: Store,
    file: StoredFile,
    name: FileName,
    is_first_word: bool,
    is_simulated: bool,
) -> Iterator[Delivery]:
    """Give the delivery of an archive; it is read once to see that it is whole, then for its rows.

    Its lines were sent as they were measured, so that is when they were known; where the lake has
    heard of the month before, what an archive says anew is known since the archive was written.
    """
    context.stage("read", file.name)
    with tempfile.TemporaryFile() as copy:
        try:
            store.copy(file, copy)
            for _ in archive_texts(copy, name.form):
                pass
        except GrowingFileError:
            context.stage("growing", file.name)
            return
        except TerminalSourceError as error:
            context.refuse(file.name, str(error))
            return
        count = _Count()
        known = None if is_first_word else file.changed_at
        yield Delivery(
            delivery_id=_digest([file]),
            known_at=file.changed_at,
            tables={
                "so_do": _archive_rows(copy, name, file, known, count),
                "tep": _described([(file, name)], count),
            },
            label=file.name,
            is_simulated=is_simulated,
        )


class _Count:
    """Rows and questions by file, counted while the rows pass."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.doubts: dict[str, int] = {}

    def add(self, files: Sequence[str], table: pa.Table) -> None:
        asked = pc.cast(pc.is_valid(table["doubt"]), pa.int64())
        by_file = pa.table({"n": table["text_no"], "asked": asked}).group_by("n")
        totals = by_file.aggregate([("asked", "count"), ("asked", "sum")]).to_pylist()
        for line in totals:
            file = files[line["n"]]
            self.rows[file] = self.rows.get(file, 0) + line["asked_count"]
            self.doubts[file] = self.doubts.get(file, 0) + line["asked_sum"]


def _archive_rows(
    copy: IO[bytes], name: FileName, file: StoredFile, known: datetime | None, count: _Count
) -> Iterator[pa.Table]:
    line = 1
    for text in archive_texts(copy, name.form):
        rows = parse_lines(pa.array([text]), line)
        line += text.count("\n")
        count.add([file.name], rows)
        own = pc.coalesce(rows["thoi_diem"], pa.scalar(file.changed_at, _INSTANT))
        stamps = own if known is None else pa.repeat(pa.scalar(known, _INSTANT), len(rows))
        yield _completed(rows, [name.station], [file.name], stamps)


def _day(
    context: PullContext, store: Store, files: Sequence[Named], is_simulated: bool
) -> Iterator[Delivery]:
    """Give the delivery of one station's new five-minute files of one day."""
    station, day = files[0][1].station, files[0][1].day
    context.stage("read", f"{station} {day:%d/%m/%Y}: {len(files)} tệp")
    texts = ((found, _text(context, store, found[0])) for found in files)
    read = [(found, text) for found, text in texts if text is not None]
    if not read:
        return
    whole = [found for found, _ in read]
    rows = parse_lines(pa.array([text for _, text in read], pa.string()))
    names = [file.name for file, _ in whole]
    count = _Count()
    count.add(names, rows)
    stamps = pa.array([file.changed_at for file, _ in whole], _INSTANT).take(rows["text_no"])
    yield Delivery(
        delivery_id=_digest([file for file, _ in whole]),
        known_at=max(file.changed_at for file, _ in whole),
        tables={
            "so_do": [_completed(rows, [station] * len(names), names, stamps)],
            "tep": _described(whole, count),
        },
        label=f"{station} ngày {day:%d/%m/%Y}",
        is_simulated=is_simulated,
    )


def _text(context: PullContext, store: Store, file: StoredFile) -> str | None:
    try:
        return as_utf8(store.read(file)).decode()
    except GrowingFileError:
        context.stage("growing", file.name)
    except TerminalSourceError as error:
        context.refuse(file.name, str(error))
    return None


def _export(context: PullContext, export: Export) -> Delivery:
    """Give the delivery of an exported file, known since it was handed in."""
    tables = []
    for standard, lines in export.lines.items():
        rows = parse_lines(pa.array([text for _, _, text in lines], pa.string()))
        numbers = pa.array([number for number, _, _ in lines], pa.int32()).take(rows["text_no"])
        rows = rows.set_column(rows.column_names.index("dong"), "dong", numbers)
        stations = [station or None for _, station, _ in lines]
        nowhere = pc.is_null(pa.array(stations, pa.string()).take(rows["text_no"]))
        doubts = pc.if_else(nowhere, _NOWHERE, rows["doubt"])
        rows = rows.set_column(rows.column_names.index("doubt"), "doubt", doubts)
        stamps = pa.repeat(pa.scalar(context.now, _INSTANT), len(rows))
        files = [export.label] * len(lines)
        tables.append(_completed(rows, stations, files, stamps, _HOUR, standard))
    summary: dict[str, Any] = {
        "tep": export.label,
        "loai": "xuat",
        "kich_thuoc": export.size,
        "sua_luc": context.now,
        "so_dong": sum(len(table) for table in tables),
        "so_nghi_ngo": sum(len(table) - table["doubt"].null_count for table in tables),
    }
    return Delivery(
        delivery_id=export.sha,
        known_at=context.now,
        tables={
            "so_do": tables,
            "tep": [pa.Table.from_pylist([summary], schema=_schema("tep"))],
        },
        label=export.label,
    )


def _completed(
    rows: pa.Table,
    stations: Sequence[str | None],
    files: Sequence[str],
    known_at: pa.Array,
    minutes: int = _MINUTES,
    aqi_standard: str | None = None,
) -> pa.Table:
    """Add what the file says of all its lines, and when each became known."""
    count, text_no = len(rows), rows["text_no"]
    added = {
        "tram": pa.array(stations, pa.string()).take(text_no),
        "so_phut": pa.repeat(pa.scalar(minutes, pa.int32()), count),
        "aqi_standard": pa.repeat(pa.scalar(aqi_standard, pa.string()), count),
        "tep": pa.array(files, pa.string()).take(text_no),
    }
    columns = [
        added[field.name] if field.name in added else rows[field.name] for field in _schema("so_do")
    ]
    table = pa.table(columns, schema=_schema("so_do"))
    return table.append_column(pa.field("_known_at", _INSTANT), known_at)


def _described(files: Sequence[Named], count: _Count) -> Iterator[pa.Table]:
    """Describe the files, after their rows have passed."""
    rows: list[dict[str, Any]] = [
        {
            "tep": file.name,
            "tram": name.station,
            "loai": "thang" if name.is_archive else "nam_phut",
            "kich_thuoc": file.size,
            "sua_luc": file.changed_at,
            "so_dong": count.rows.get(file.name, 0),
            "so_nghi_ngo": count.doubts.get(file.name, 0),
        }
        for file, name in files
    ]
    yield pa.Table.from_pylist(rows, schema=_schema("tep"))


def _digest(files: Sequence[StoredFile]) -> str:
    lines = "\n".join(
        f"{file.name}|{file.size}|{file.changed_at.astimezone(UTC).isoformat()}" for file in files
    )
    return hashlib.sha256(lines.encode()).hexdigest()


def _schema(table: str) -> pa.Schema:
    return _spec().tables[table].arrow_schema()


@cache
def _spec() -> SourceSpec:
    return load_spec(Path(__file__).with_name("source.yml"))
