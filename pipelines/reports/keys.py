"""The passport key of a number: which cell of the published mart it is.

`table|values of the table's key|column`, for example
`indicator_yoy|hs_tiep_nhan|P40-20040708|calendar|month|2026-10-01|2026-10-31|value`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import quote, unquote

from pipelines.reports.numbers import as_decimal

# what tells the rows of a table of the mart apart
_KEYS: Mapping[str, tuple[str, ...]] = {
    "indicator_yoy": (
        "indicator_code",
        "area_key",
        "calendar",
        "period_type",
        "period_start",
        "period_end",
    ),
    "indicator_plan": ("indicator_code", "area_key", "calendar", "year_no", "month_no"),
    "quality_scorecard": ("source", "agency_code", "period"),
    "source_summary": (),
}
# of the figures told on several borders and for several agencies a report tells these
_TOLD = {
    "indicator_yoy": " and basis = 'as_published' and agency_code = '_all'",
    "indicator_plan": " and basis = 'as_published' and agency_code = '_all' and is_main",
}
Record = Mapping[str, Any]


class Reader(Protocol):
    """A read-only view of the published warehouse; `?` marks the parameters of a query."""

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one query and give its rows by column name."""
        ...


def key_of(table: str, record: Record, column: str) -> str:
    """Give the key of a cell of a row that carries the table's key columns."""
    return "|".join([table, *(_text(record[name]) for name in _KEYS[table]), column])


def link_of(key: str) -> str:
    """Give the key as the address of a link, which a reader of a PDF sees on hovering."""
    return f"kho:{quote(key)}"


def key_of_link(link: str) -> str:
    """Give the key of such a link, '' for any other."""
    return unquote(link.removeprefix("kho:")) if link.startswith("kho:") else ""


def mark_of(key: str) -> str:
    """Give the key's name for a bookmark of Word or a defined name of Excel.

    Both allow letters, digits and underscores only, Word no more than 40.
    """
    return f"so_{hashlib.sha256(key.encode()).hexdigest()[:20]}"


def explained(key: str) -> str:
    """Give the command that shows where a number comes from."""
    table, *values, column = key.split("|")
    if table != "indicator_yoy":
        named = zip(_KEYS[table], values, strict=True)
        where = " and ".join(f"{name} = '{value}'" for name, value in named)
        tail = f" where {where}" if where else ""
        return f'kho sql "select {column} from mart.{table}{tail}"'
    code, area, calendar, kind, _, end = values
    period = end[:7] + ("" if kind == "month" else "-ytd")
    tail = "" if calendar == "calendar" else f" --calendar {calendar}"
    return f"kho explain {code} {area} {period}{tail}"


def read_values(reader: Reader, keys: Iterable[str]) -> dict[str, Decimal | None]:
    """Read the cells that keys name, one query for each table and column.

    Args:
        reader: open on a published warehouse.
        keys: keys of numbers.

    Returns:
        Key → value as published, None where the mart has none any more.
    """
    wanted: dict[tuple[str, str], set[str]] = {}
    for key in keys:
        table, *_, column = key.split("|")
        wanted.setdefault((table, column), set()).add(key)
    found: dict[str, Decimal | None] = {}
    for (table, column), asked in sorted(wanted.items()):
        rows = reader.rows(*_query(table, column, asked))
        values = {key_of(table, row, column): as_decimal(row[column]) for row in rows}
        found |= {key: values.get(key) for key in asked}
    return found


def _query(table: str, column: str, asked: Iterable[str]) -> tuple[str, list[object]]:
    names = _KEYS[table]
    columns = ", ".join((*names, column))
    sql = f"select {columns} from mart.{table} where true{_TOLD.get(table, '')}"
    params: list[object] = []
    parts = [key.split("|")[1:-1] for key in asked]
    for position, name in enumerate(names):
        values = sorted({part[position] for part in parts})
        sql += f" and {name} in ({', '.join('?' for _ in values)})"
        params += [_typed(name, value) for value in values]
    return sql, params


def _typed(name: str, value: str) -> object:
    if name in ("period_start", "period_end", "period"):
        return date.fromisoformat(value)
    return int(value) if name in ("year_no", "month_no") else value


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
