"""PostgreSQL only: copy what judging accepted from the lake into `raw_<source>`.

Rows go through ADBC as Arrow batches, in the transaction that records their delivery in
`ops.loaded`, so a killed copy leaves nothing behind.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from connectors.connector import Connector
from connectors.lake_files import load_of, visible_files
from connectors.landing import REGISTER
from connectors.spec import ColumnType
from pipelines.verdicts import Decision

_BATCH_ROWS = 100_000
_SQL: Mapping[ColumnType, str] = {
    "text": "text",
    "bool": "boolean",
    "int": "integer",
    "bigint": "bigint",
    "double": "double precision",
    "decimal": "numeric",
    "date": "date",
    "timestamptz": "timestamptz",
}
_REGISTER_COLUMNS: Mapping[str, ColumnType] = {
    "delivery_id": "text",
    "label": "text",
    "published_on": "date",
    "published_seq": "int",
    "row_count": "bigint",
    "cursor": "text",
}
_OPS = (
    "create schema if not exists ops",
    """create table if not exists ops.loaded (
        source text not null, load_id text not null, delivery text not null,
        loaded_at timestamptz not null, primary key (source, load_id, delivery))""",
)


def copy_accepted(
    dsn: str, lake: Path, connectors: Iterable[Connector], decisions: Sequence[Decision]
) -> int:
    """Copy the accepted deliveries that PostgreSQL does not have yet.

    Args:
        dsn: connection string of the owner.
        lake: the lake's folder.
        connectors: the sources with their tables.
        decisions: the verdicts on every delivery of the lake.

    Returns:
        The number of rows copied.
    """
    import adbc_driver_postgresql.dbapi as adbc

    copied = 0
    with closing(adbc.connect(dsn)) as connection:
        _run(connection, _OPS)
        connection.commit()
        for connector in connectors:
            _make_tables(connection, connector, lake)
            for load_id, deliveries in _missing(connection, connector.spec.name, decisions):
                copied += _copy_load(connection, connector, lake, load_id, deliveries)
                connection.commit()
    return copied


def _tables(connector: Connector) -> dict[str, Mapping[str, ColumnType]]:
    """Give the tables to copy; of records the register too, which tells their deliveries apart."""
    tables: dict[str, Mapping[str, ColumnType]] = {
        name: table.columns for name, table in connector.spec.tables.items()
    }
    if connector.spec.kind == "records":
        tables[REGISTER] = _REGISTER_COLUMNS
    return tables


def _missing(
    connection: Any, source: str, decisions: Sequence[Decision]
) -> list[tuple[str, list[str]]]:
    """Group the accepted deliveries of a source that are not in `ops.loaded` by load."""
    with connection.cursor() as cursor:
        cursor.execute(f"select load_id, delivery from ops.loaded where source = '{source}'")
        have = set(cursor.fetchall())
    connection.commit()
    missing: dict[str, list[str]] = {}
    for found in decisions:
        key = (found.load_id, found.delivery)
        if found.source == source and found.decision == "accepted" and key not in have:
            missing.setdefault(found.load_id, []).append(found.delivery)
    return sorted(missing.items())


def _make_tables(connection: Any, connector: Connector, lake: Path) -> None:
    """Create the schema, each missing table from its typed empty file, and columns that came."""
    import pyarrow.parquet as pq

    schema = f"raw_{connector.spec.name}"
    _run(connection, [f"create schema if not exists {schema}"])
    for table, columns in _tables(connector).items():
        _add_columns(connection, schema, table, columns)
        empty = pq.read_table(lake / connector.spec.name / table / "0.empty.parquet")
        with connection.cursor() as cursor:
            cursor.adbc_ingest(table, empty, mode="create_append", db_schema_name=schema)
    connection.commit()


def _add_columns(
    connection: Any, schema: str, table: str, declared: Mapping[str, ColumnType]
) -> None:
    """Add the columns that were declared after an existing table was made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns "
            f"where table_schema = '{schema}' and table_name = '{table}'"
        )
        there = {row[0] for row in cursor.fetchall()}
    missing = [name for name in declared if there and name not in there]
    _run(
        connection,
        [f"alter table {schema}.{table} add {name} {_SQL[declared[name]]}" for name in missing],
    )


def _copy_load(
    connection: Any, connector: Connector, lake: Path, load_id: str, deliveries: Sequence[str]
) -> int:
    import duckdb

    source = connector.spec.name
    copied = 0
    with closing(duckdb.connect()) as reader, connection.cursor() as cursor:
        reader.execute("set timezone = 'UTC'")
        for table, declared in _tables(connector).items():
            columns = ", ".join(f'c."{name}"' for name in _lake_columns(declared))
            rows = reader.sql(
                f"""select {columns}, c._dlt_load_id::varchar as _dlt_load_id
                    from read_parquet(?, union_by_name = true) as c
                    where c._dlt_load_id = ? and c._delivery in (select unnest(?)) and not exists (
                        select 1 from read_parquet(?) as r
                        where r.table_name = ? and r.row_no = c._row_no)""",
                params=[
                    _files_with(lake / source / table, load_id),
                    load_id,
                    list(deliveries),
                    f"{lake}/_quality/rejected/{source}.{load_id}.parquet",
                    table,
                ],
            ).to_arrow_reader(_BATCH_ROWS)
            copied += cursor.adbc_ingest(table, rows, mode="append", db_schema_name=f"raw_{source}")
        ended = _ended_at(lake, source, load_id)
        for delivery in deliveries:
            cursor.execute(
                "insert into ops.loaded values ($1, $2, $3, $4::timestamptz)",
                (source, load_id, delivery, ended),
            )
    return copied


def _files_with(table: Path, load_id: str) -> list[str]:
    """List the files that may hold rows of a load: its own, or the compacted one."""
    files = visible_files(table)
    own = [path for path in files if load_of(path) == load_id]
    return [str(path) for path in own or files[:1]]


def _lake_columns(columns: Iterable[str]) -> list[str]:
    return [*columns, "_row_no", "_known_at", "_delivery"]


def _ended_at(lake: Path, source: str, load_id: str) -> str:
    """Give the instant at which dlt completed the load, as the lake records it."""
    for path in (lake / source / "_dlt_loads").glob(f"*{load_id}*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry["load_id"] == load_id:
                return str(entry["inserted_at"])
    raise FileNotFoundError(f"_dlt_loads: {source} {load_id}")


def _run(connection: Any, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
