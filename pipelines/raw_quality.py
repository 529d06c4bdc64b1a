"""PostgreSQL only: keep `ops.quality_<kind>` in step with the judgements in the lake.

A file stands for the rows of one (source, load_id). It is copied when its content is not the
one that `ops.quality_file` remembers, in the transaction that remembers it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.quality import QUALITY, SCHEMAS
from pipelines import refusals

_TABLES: Mapping[str, pa.Schema] = {
    **{kind: SCHEMAS[kind] for kind in ("result", "rejected", "verdict")},
    refusals.KIND: refusals.TOLD,
}
_SQL = {
    pa.string(): "text",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
    pa.timestamp("us", tz="UTC"): "timestamptz",
}
_MEMORY = """create table if not exists ops.quality_file (
    kind text not null, name text not null, digest text not null, primary key (kind, name))"""
_FILE = "_file"
_BATCH_ROWS = 50_000


def copy_quality(dsn: str, lake: Path) -> int:
    """Copy the judgements that changed and drop those that are gone.

    Args:
        dsn: connection string of the owner.
        lake: the lake's folder.

    Returns:
        The number of files copied.
    """
    import adbc_driver_postgresql.dbapi as adbc

    copied = 0
    with closing(adbc.connect(dsn)) as connection, connection.cursor() as cursor:
        _make_tables(cursor)
        connection.commit()
        for kind in _TABLES:
            cursor.execute(f"select name, digest from ops.quality_file where kind = '{kind}'")
            known = dict(cursor.fetchall())
            there = dict(_digests(lake / QUALITY / kind))
            for name in sorted(known.keys() | there.keys()):
                if known.get(name) == there.get(name):
                    continue
                _forget(cursor, kind, name)
                if name in there:
                    _copy(cursor, kind, lake / QUALITY / kind / name, there[name])
                    copied += 1
                connection.commit()
        connection.commit()
    return copied


def _make_tables(cursor: Any) -> None:
    cursor.execute("create schema if not exists ops")
    cursor.execute(_MEMORY)
    for kind, schema in _TABLES.items():
        cursor.execute(f"create table if not exists ops.quality_{kind} ({_FILE} text not null)")
        for column in schema:
            cursor.execute(
                f"alter table ops.quality_{kind} "
                f"add column if not exists {column.name} {_SQL[column.type]}"
            )


def _digests(folder: Path) -> Iterable[tuple[str, str]]:
    for path in folder.glob("*.parquet"):
        yield path.name, hashlib.sha256(path.read_bytes()).hexdigest()


def _forget(cursor: Any, kind: str, name: str) -> None:
    cursor.execute(f"delete from ops.quality_{kind} where {_FILE} = $1", (name,))
    cursor.execute("delete from ops.quality_file where kind = $1 and name = $2", (kind, name))


def _copy(cursor: Any, kind: str, path: Path, digest: str) -> None:
    file = pq.ParquetFile(path)
    # an older file has fewer columns; of one from a newer version, what is known here
    names = [name for name in file.schema_arrow.names if name in _TABLES[kind].names]
    shape = pa.schema([*(_TABLES[kind].field(name) for name in names), (_FILE, pa.string())])
    batches = (
        batch.append_column(_FILE, pa.array([path.name] * len(batch), pa.string()))
        for batch in file.iter_batches(_BATCH_ROWS, columns=names)
    )
    rows = pa.RecordBatchReader.from_batches(shape, batches)
    cursor.adbc_ingest(f"quality_{kind}", rows, mode="append", db_schema_name="ops")
    cursor.execute("insert into ops.quality_file values ($1, $2, $3)", (kind, path.name, digest))
