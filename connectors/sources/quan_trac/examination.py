"""The conformance test of a stations' server: what a vendor can see without the warehouse."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from connectors.connector import Check, PullContext
from connectors.encodings import as_utf8
from connectors.errors import TerminalSourceError
from connectors.sources.quan_trac.lines import parse_lines
from connectors.sources.quan_trac.names import FileName, parse_name
from connectors.sources.quan_trac.store import GrowingFileError, Store, StoredFile

Named = tuple[StoredFile, FileName]

SILENCE = timedelta(hours=1)
"""TT 10/2021 asks for a file every five minutes; an hour without one is told."""

_SHOWN = 3


def examine(context: PullContext, store: Store) -> Iterator[Check]:
    """Look at the server as a pull would.

    Args:
        context: its clock tells which stations are silent.
        store: the server.

    Returns:
        One check for the connection, the names, each station's newest file and its age.

    Raises:
        SourceError: the server cannot be read.
    """
    files = store.files()
    yield Check("Kết nối SFTP", True, f"{len(files)} tệp")
    strange = [file.name for file in files if parse_name(file.name) is None]
    yield Check(
        "Tên tệp [mã tỉnh]_[cơ sở]_[trạm]_[yyyyMMddHHmmss].txt hoặc _[yyyyMM].zip, .gz",
        not strange,
        f"{len(strange)} tên khác: {', '.join(strange[:_SHOWN])}" if strange else "",
    )
    named = [(file, name) for file in files if (name := parse_name(file.name))]
    yield Check("Có tệp của trạm", bool(named), f"{len(newest_by_station(named))} trạm")
    for station, last in newest_by_station(named).items():
        minutes = int((context.now - last).total_seconds() // 60)
        is_alive = context.now - last <= SILENCE
        yield Check(f"{station}: còn gửi tệp", is_alive, f"tệp mới nhất {minutes} phút trước")
    for station in newest_by_station(named):
        own = [found for found in named if found[1].station == station]
        yield from _lines(store, station, [file for file, name in own if not name.is_archive])


def newest_by_station(named: Sequence[Named]) -> dict[str, datetime]:
    """Give when each station's newest file was written, by station."""
    newest: dict[str, datetime] = {}
    for file, name in named:
        newest[name.station] = max(file.changed_at, newest.get(name.station, file.changed_at))
    return dict(sorted(newest.items()))


def _lines(store: Store, station: str, files: Sequence[StoredFile]) -> Iterator[Check]:
    if not files:
        return
    title = f"{station}: dòng của tệp mới nhất"
    newest = max(files, key=lambda file: file.changed_at)
    try:
        rows = parse_lines(pa.array([as_utf8(store.read(newest)).decode()]))
    except (GrowingFileError, TerminalSourceError) as error:
        yield Check(title, False, f"{newest.name}: {error or 'đang được ghi'}")
        return
    doubts = [text for text in rows["doubt"].to_pylist() if text]
    detail = f"{newest.name}: {doubts[0]}" if doubts else f"{len(rows)} dòng"
    yield Check(title, not doubts and len(rows) > 0, detail)
