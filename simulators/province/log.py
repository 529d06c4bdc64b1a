"""The change log of a table: its versions in the order they became known, ready as JSON."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulators.province.engine import engine
from simulators.province.truth import KEEPING, Truth

_JSON = "_json"
_GROUP = 20_000  # rows read and written out at once: a few pages, some tens of megabytes


class ChangeLog:
    """A sorted copy of a table, made at once and re-made when a part of the table changes.

    Rows are read a group at a time, so that a log of many gigabytes needs little memory.

    Args:
        truth: the ledger.
        source: source.
        table: table.
    """

    def __init__(self, truth: Truth, source: str, table: str) -> None:
        self._truth, self._source, self._table = truth, source, table
        self._path = truth.folder / "_log" / source / f"{table}.parquet"
        self._made_of: list[tuple[str, int, int]] = []
        self._lock = Lock()
        self._refresh()

    def bounds(self, start: datetime, end: datetime) -> tuple[int, int]:
        """Give the places of the entries known after `start` and until `end`, inclusive."""
        with self._lock:
            self._refresh()
        places = np.searchsorted(self._known, [_milliseconds(start), _milliseconds(end)], "right")
        return int(places[0]), max(int(places[1]), int(places[0]))

    def rows(self, start: int, end: int) -> pa.Table:
        """Give the fields of the entries from one place up to before another."""
        return self._cut(self._fields, start, end)

    def json(self, start: int, end: int) -> bytes:
        """Give the same entries as a JSON list of objects, written when the log was made."""
        texts = self._cut((_JSON,), start, end)[_JSON].combine_chunks()
        page = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
        joined: bytes = pc.binary_join(page, ",")[0].as_buffer().to_pybytes()
        return b"[" + joined + b"]"

    def _cut(self, columns: tuple[str, ...], start: int, end: int) -> pa.Table:
        pieces = []
        for group in range(start // _GROUP, (max(end, start + 1) - 1) // _GROUP + 1):
            first = group * _GROUP
            piece = self._group(group, columns)
            pieces.append(piece.slice(max(start - first, 0), end - max(start, first)))
        return pa.concat_tables(pieces)

    def _group(self, group: int, columns: tuple[str, ...]) -> pa.Table:
        with self._lock:
            if (group, columns) not in self._groups:
                if len(self._groups) > 3:
                    self._groups.clear()
                read = self._file.read_row_group(group, columns=list(columns))
                self._groups[group, columns] = read
            return self._groups[group, columns]

    def _refresh(self) -> None:
        parts = self._truth.parts(self._source, self._table)
        made_of = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in parts]
        if made_of == self._made_of:
            return
        _sort(parts, self._path)
        self._file = pq.ParquetFile(self._path)
        known = self._file.read(["_known_at"]).column(0)
        self._known = known.cast(pa.timestamp("ms", tz="UTC")).cast(pa.int64()).to_numpy()
        names = self._file.schema_arrow.names
        self._fields = tuple(name for name in names if name not in (*KEEPING.names, _JSON))
        self._groups: dict[tuple[int, tuple[str, ...]], pa.Table] = {}
        self._made_of = made_of


def _sort(parts: list[Path], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    with engine() as connection:
        connection.execute(f"set temp_directory = '{path.parent}/sorting'")
        files = [str(part) for part in parts]
        entries = connection.sql(f"from read_parquet({files!r}, union_by_name = true)")
        fields = [f'"{name}" := "{name}"' for name in entries.columns if name not in KEEPING.names]
        rows = connection.sql(
            f"""
            select *, to_json(struct_pack({", ".join(fields)}))::varchar as {_JSON}
            from (from entries order by _known_at, _key, _version) as ordered
            """
        ).to_arrow_reader(_GROUP)
        with pq.ParquetWriter(half, rows.schema, compression="zstd") as writer:
            for table in _groups(rows):
                writer.write_table(table, row_group_size=_GROUP)
    half.replace(path)


def _groups(rows: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Gather batches, which come in sizes of the engine's choice, into groups of one size."""
    waiting = rows.schema.empty_table()
    for batch in rows:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        while len(waiting) >= _GROUP:
            yield waiting.slice(0, _GROUP)
            waiting = waiting.slice(_GROUP)
    yield waiting


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
