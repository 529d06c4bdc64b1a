"""Reading what a warehouse published, to compare two of them row by row."""

from collections.abc import Set
from contextlib import closing
from decimal import Decimal
from typing import Any

import psycopg2
import yaml

from pipelines.reader import read_consistently
from pipelines.settings import DBT_PROJECT, Settings

# what tells one build from another by design: its number, and which load brought a row and when
_BUILD_COLUMNS = {
    "publication_id",
    "known_at",
    "load_id",
    "loaded_at",
    "last_load_at",
    "input_fingerprint",
}
_MART = "table_schema = 'mart'"
# the readings, by far the most rows, are told by their hours
_FACTS = "table_schema = 'core' and table_name like 'fct%' and table_name <> 'fct_reading'"
Rows = list[tuple[Any, ...]]


def mart_rows(settings: Settings) -> dict[str, Rows]:
    """Give every row of every mart table, sorted, without the columns that name the build."""
    return _rows_where(settings, _MART, _BUILD_COLUMNS)


def fact_rows(settings: Settings) -> dict[str, Rows]:
    """Give every row and column of every fact, sorted."""
    return _rows_where(settings, _FACTS, frozenset())


def counted_rows(settings: Settings) -> Rows:
    """Give every row of what is counted from records, sorted, as the warehouse's owner sees it."""
    sql = "select * from msr.msr_counted"
    if settings.target == "duckdb":
        return read_consistently(settings, lambda reader: _sorted(reader.query(sql).rows))
    with closing(psycopg2.connect(settings.postgres_dsn())) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return _sorted(cursor.fetchall())


def _rows_where(settings: Settings, condition: str, left_out: Set[str]) -> dict[str, Rows]:
    def work(reader: Any) -> dict[str, Rows]:
        tables = reader.query(
            "select table_schema || '.' || table_name from information_schema.tables"
            f" where {condition} order by 1"
        )
        return {table: _rows(reader, table, left_out) for (table,) in tables.rows}

    return read_consistently(settings, work)


def differing(one: dict[str, Rows], other: dict[str, Rows]) -> list[str]:
    """Name the tables of two marts that differ, with the first rows that only one of them has.

    A plain `==` of two marts takes pytest minutes to explain.
    """
    told = [f"{table}: only in one" for table in sorted(one.keys() ^ other.keys())]
    for table in sorted(one.keys() & other.keys()):
        if one[table] != other[table]:
            extra = [sorted(a - b, key=repr)[:2] for a, b in _both_ways(one[table], other[table])]
            told.append(f"{table}: {len(one[table])} | {len(other[table])} {extra}")
    return told


def _both_ways(one: Rows, other: Rows) -> list[tuple[set[Any], set[Any]]]:
    first, second = set(one), set(other)
    return [(first, second), (second, first)]


def _rows(reader: Any, table: str, left_out: Set[str]) -> Rows:
    answer = reader.query(f"select * from {table}")
    kept = [i for i, name in enumerate(answer.columns) if name not in left_out]
    return _sorted([tuple(row[i] for i in kept) for row in answer.rows])


def _sorted(rows: Rows) -> Rows:
    return sorted((tuple(map(_plain, row)) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    """Make values of both engines comparable: a decimal by its number, not by its scale."""
    if isinstance(value, Decimal):
        return value.normalize() if value else Decimal(0)
    return value


def fill_promised(connection: Any, table: str, rows: list[dict[str, Any]]) -> None:
    """Make a table of `mart` with the columns that dbt promises; what a row leaves out is null."""
    text = (DBT_PROJECT / "models" / "mart" / f"{table}.yml").read_text(encoding="utf-8")
    (model,) = yaml.safe_load(text)["models"]
    names = [column["name"] for column in model["columns"]]
    declared = ", ".join(f"{column['name']} {column['data_type']}" for column in model["columns"])
    connection.execute(f"create table mart.{table} ({declared})")
    for row in rows:
        assert not row.keys() - set(names)
        marks = ", ".join("?" * len(names))
        connection.execute(
            f"insert into mart.{table} values ({marks})", [row.get(name) for name in names]
        )
