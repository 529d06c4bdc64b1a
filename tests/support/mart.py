"""Reading a whole published mart, to compare two of them row by row."""

from decimal import Decimal
from typing import Any

from pipelines.reader import read_consistently
from pipelines.settings import Settings

# what tells one build from another by design: its number, and which load brought a row and when
_BUILD_COLUMNS = {
    "publication_id",
    "known_at",
    "load_id",
    "loaded_at",
    "last_load_at",
    "input_fingerprint",
}
_TABLES = "select table_name from information_schema.tables where table_schema = 'mart' order by 1"
Rows = list[tuple[Any, ...]]


def mart_rows(settings: Settings) -> dict[str, Rows]:
    """Give every row of every mart table, sorted, without the columns that name the build."""

    def work(reader: Any) -> dict[str, Rows]:
        tables = [row[0] for row in reader.query(_TABLES).rows]
        return {table: _rows(reader, table) for table in tables}

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


def _rows(reader: Any, table: str) -> Rows:
    answer = reader.query(f"select * from mart.{table}")
    kept = [i for i, name in enumerate(answer.columns) if name not in _BUILD_COLUMNS]
    rows = [tuple(_plain(row[i]) for i in kept) for row in answer.rows]
    return sorted(rows, key=repr)


def _plain(value: Any) -> Any:
    """Make values of both engines comparable: a decimal by its number, not by its scale."""
    if isinstance(value, Decimal):
        return value.normalize() if value else Decimal(0)
    return value
