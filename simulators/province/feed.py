"""Pages of a change log as JSON, with the lies that a faulty source tells about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from simulators.province.clock import Clock
from simulators.province.engine import engine
from simulators.province.faults import Faults
from simulators.province.log import ChangeLog
from simulators.province.truth import Truth

_LOCAL_OFFSET = timedelta(hours=7)
_FAR = datetime(2999, 12, 31, tzinfo=UTC)
# Instants as sources write them, from the year to the minute or beyond.
_FORMS = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
# One engine for all pages: opening one costs as much as writing a page.
_ENGINE = engine()


@dataclass(frozen=True)
class Feed:
    """A table that a source gives away as a change log.

    Attributes:
        source: source.
        table: table of the truth.
        key: field with the record's key.
        version: field with the version's number.
        updated: field with the instant of the update.
        deleted: field with the deleted flag, and what it says when set.
        plain: a text field that the contract declares; it is dropped by a fault.
        amount: a number field; faults restate it and turn it into text.
        instants: fields with instants, the update's among them.
        stamp: writes an instant as the protocol does.
    """

    source: str
    table: str
    key: str
    version: str
    updated: str
    deleted: tuple[str, Any]
    plain: str
    amount: str
    instants: tuple[str, ...]
    stamp: Callable[[datetime], Any]


@dataclass(frozen=True)
class Page:
    """A page of a window.

    Attributes:
        total: rows of the window, as advertised.
        pages: pages of the window.
        rows: the page's rows, a JSON list.
    """

    total: int
    pages: int
    rows: bytes


class Pager:
    """Cuts windows of a feed into pages.

    Args:
        truth: the ledger.
        clock: nothing later than its present is given away.
        faults: the faults at work.
        feed: the feed.
        write: writes the rows of a page as the protocol sends them; objects of their fields
            when not given.
    """

    def __init__(
        self,
        truth: Truth,
        clock: Clock,
        faults: Faults,
        feed: Feed,
        write: Callable[[pa.Table], bytes] | None = None,
    ) -> None:
        self._clock, self._faults, self._feed = clock, faults, feed
        self._write = write or as_json
        self._log = ChangeLog(truth, feed.source, feed.table)
        # by page number, the window that was asked for last
        self._asked: dict[int, tuple[datetime, datetime]] = {}

    def page(self, start: datetime, end: datetime, number: int, size: int) -> Page:
        """Give a page of the entries known after `start` and until `end`, inclusive.

        Args:
            start: start of the window, with a time zone.
            end: its end.
            number: the page, counted from 1.
            size: rows of a page.

        Returns:
            The page; empty beyond the last one.
        """
        if self._lies("zero_rows", number):
            return Page(0, 0, b"[]")
        first, after = self._log.bounds(*self._window(start, end, number))
        offset = self._offset(number, size)
        total = after - first
        places = (min(first + offset, after), min(first + offset + size, after))
        return Page(total, -(-total // size), self._rows(places, start, number))

    def _window(self, start: datetime, end: datetime, number: int) -> tuple[datetime, datetime]:
        """Give the window to answer: the one asked for, or the one that was asked for before."""
        asked = (start, min(end, self._clock.now()))
        before = self._asked.get(number, asked)
        if self._lies("replay_yesterday", number):
            asked = before
        self._asked[number] = asked
        return asked

    def _offset(self, number: int, size: int) -> int:
        """Give the rows before a page; the first page is always where it belongs."""
        if number == 1:
            return 0
        shown = number - 1 if self._lies("duplicated_page", number) else number
        return (shown - 1) * size + int(self._lies("shifting_pages", number))

    def _rows(self, places: tuple[int, int], start: datetime, number: int) -> bytes:
        lies = [tell for name, tell in _LIES.items() if self._lies(name, number)]
        if not lies and self._write is as_json:
            return self._log.json(*places)
        rows = self._log.rows(*places)
        for tell in lies if len(rows) else []:
            rows = tell(rows, self._feed, start)
        return self._write(rows)

    def _lies(self, name: str, page: int) -> bool:
        return self._faults.take(name, self._feed.source, page) is not None


def _tell_utc(rows: pa.Table, feed: Feed, start: datetime) -> pa.Table:
    for name in feed.instants:
        rows = _mapped(rows, name, _shifted)
    return rows


def _tell_back(rows: pa.Table, feed: Feed, start: datetime) -> pa.Table:
    return _first(rows, feed.updated, feed.stamp(start - timedelta(days=1)))


def _tell_far(rows: pa.Table, feed: Feed, start: datetime) -> pa.Table:
    return _first(rows, feed.updated, feed.stamp(_FAR))


def _tell_new_column(rows: pa.Table, feed: Feed, start: datetime) -> pa.Table:
    return rows.append_column("NguonTiepNhanMoi", pa.array(["cổng tỉnh"] * len(rows)))


def _tell_text(rows: pa.Table, feed: Feed, start: datetime) -> pa.Table:
    return _mapped(rows, feed.amount, lambda value: f"{value} (tạm tính)")


def _tell_less(rows: pa.Table, feed: Feed, start: datetime) -> pa.Table:
    return rows.drop_columns([feed.plain])


_LIES = {
    "utc_local_shift": _tell_utc,
    "cursor_back": _tell_back,
    "cursor_2999": _tell_far,
    "new_column": _tell_new_column,
    "type_change": _tell_text,
    "dropped_column": _tell_less,
}


def as_json(rows: pa.Table, fields: str = "*") -> bytes:
    """Write rows as a JSON list of objects, in their order.

    Args:
        rows: the rows.
        fields: SQL of the objects' fields over the rows; all columns when not given.
    """
    if not len(rows):
        return b"[]"
    sql = f"select to_json(entry)::varchar from (select {fields} from page) as entry"
    with _ENGINE.cursor() as connection:
        connection.register("page", rows)
        lines = connection.execute(sql).fetchnumpy()
    (texts,) = lines.values()
    return ("[" + ",".join(texts) + "]").encode()


def _mapped(rows: pa.Table, name: str, change: Callable[[Any], Any]) -> pa.Table:
    values = [change(value) for value in rows[name].to_pylist()]
    return rows.set_column(rows.column_names.index(name), name, pa.array(values))


def _first(rows: pa.Table, name: str, value: Any) -> pa.Table:
    column = rows[name]
    told = pa.concat_arrays([pa.array([value], column.type), *column.slice(1).chunks])
    return rows.set_column(rows.column_names.index(name), name, told)


def _shifted(text: str) -> str:
    """Write an instant in UTC where local time is due."""
    if not text:
        return text
    if re.fullmatch(r"\d{12,17}", text):
        length = 12 if len(text) == 12 else 14
        instant = datetime.strptime(text[:length], _FORMS[length]) - _LOCAL_OFFSET
        return instant.strftime(_FORMS[length]) + text[length:]
    return (datetime.fromisoformat(text) - _LOCAL_OFFSET).isoformat(timespec="milliseconds")
