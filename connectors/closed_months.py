"""Closed months of records: what the lake holds of them, and what mends those that differ."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from connectors.change_log import LONGEST, Pull, window_delivery
from connectors.connector import Delivery, PullContext
from connectors.guards import was_seen, whole
from connectors.reconcile import Total, key_hash, newest_of, total
from connectors.spec import SourceSpec
from connectors.windows import VIET_NAM, windows

VERSION, DELETED = "phien_ban", "da_xoa"
_OFFSET = pa.scalar(timedelta(hours=7))


@dataclass(frozen=True)
class Records:
    """A table of the lake whose closed months its source advertises.

    Args:
        table: name of the table; its versions have `phien_ban` and `da_xoa`.
        key: columns that tell records apart.
        day: column with the day or instant that says to which local month a record belongs.
        amount: column that the source sums, if it does.
        gone: flags of a record that no longer counts.
    """

    table: str
    key: tuple[str, ...]
    day: str
    amount: str | None = None
    gone: tuple[str, ...] = (DELETED,)

    @property
    def columns(self) -> list[str]:
        """The columns that a comparison needs."""
        return list(
            dict.fromkeys(
                [*self.key, VERSION, *self.gone, self.day, *([self.amount] if self.amount else [])]
            )
        )

    def state(self, pieces: Iterable[pa.Table], spec: SourceSpec) -> pa.Table:
        """Give the newest version of each record, with `columns`.

        Args:
            pieces: versions of records, in any order.
            spec: the source, for the types when there is no piece.
        """
        pieces = (piece.select(self.columns) for piece in pieces)
        rows = newest_of(pieces, self.key, VERSION)
        if rows is not None:
            return rows
        schema = spec.tables[self.table].arrow_schema()
        return pa.schema([schema.field(name) for name in self.columns]).empty_table()

    def held(self, context: PullContext, spec: SourceSpec) -> pa.Table:
        """Give the newest version of each record that lies in the lake, with `columns`."""
        return self.state(context.landed(self.table, self.columns), spec)

    def live(self, state: pa.Table, months: Collection[str]) -> pa.Table:
        """Keep the records of some months (`yyyyMM`) that count.

        Args:
            state: one row a record, see `state`.
            months: local months.
        """
        kept = pc.is_in(_months(state[self.day]), pa.array(map(int, months), pa.int64()))
        for flag in self.gone:
            kept = pc.and_not(kept, pc.fill_null(state[flag], False))
        return state.filter(kept)

    def total(self, state: pa.Table, month: str) -> Total:
        """Add up the records of a month (`yyyyMM`) that count."""
        rows = self.live(state, [month])
        if self.amount:
            return total(rows, self.keys(rows), VERSION, self.amount)
        return Total(rows.num_rows, Decimal(0), key_hash(self.keys(rows), rows[VERSION]))

    def keys(self, rows: pa.Table) -> pa.ChunkedArray:
        """Give the key of each row as one text, its parts joined by `|`."""
        parts = [rows[name].cast(pa.string()) for name in self.key]
        return pc.binary_join_element_wise(*parts, "|")

    def vanished(
        self, context: PullContext, spec: SourceSpec, gone: pa.Table
    ) -> Iterator[pa.Table]:
        """Give for each record that its source no longer has the version that deletes it.

        Args:
            context: the lake, and the instant at which it becomes known.
            spec: the source.
            gone: the records' last versions in the lake, see `state`.

        Returns:
            Whole rows, as they were said last; none when nothing is gone.
        """
        if not gone.num_rows:
            return
        lost = self.keys(gone).combine_chunks()
        columns = list(spec.tables[self.table].columns)
        pieces = (
            piece.filter(pc.is_in(self.keys(piece), lost))
            for piece in context.landed(self.table, columns)
        )
        rows = newest_of(pieces, self.key, VERSION)
        assert rows is not None, "what is gone lies in the lake"
        yield _deleted(rows, context.now)


class Mending:
    """Pulls a change log again from the first month that differs, and deletes what is gone from it.

    Args:
        context: the lake and the clock.
        spec: the source.
        is_simulated: tells whether the source says of itself that it is simulated.
    """

    def __init__(
        self, context: PullContext, spec: SourceSpec, is_simulated: Callable[[], bool]
    ) -> None:
        self._context, self._spec, self._is_simulated = context, spec, is_simulated
        self._found: dict[str, list[pa.Table]] = {}

    def deliveries(
        self, pull: Pull, wrong: Mapping[Records, Sequence[str]], until: datetime
    ) -> Iterator[Delivery]:
        """Give the log from the first wrong month on, then what vanished from the wrong months.

        Args:
            pull: pulls a window with these tables.
            wrong: the months (`yyyyMM`) that differ, for each table.
            until: instant up to which the log is pulled, UTC.
        """
        self._found = {records.table: [] for records in wrong}
        columns = {records.table: records.columns for records in wrong}
        first = min(month for months in wrong.values() for month in months)
        for window in windows(before_month(first), until, timedelta(), LONGEST):
            self._context.stage("reconcile", window.label)
            pulled = whole(partial(pull, window, window.start), window.label)
            watch = partial(self._watch, columns)
            delivery = window_delivery(
                self._spec, window, pulled, self._is_simulated(), watch=watch
            )
            if was_seen(self._context.seen, pulled.digest):
                # the very bytes lie in the lake: only what is gone from them matters
                for name in columns:
                    for _page in delivery.tables[name]:
                        continue
            else:
                yield delivery
        for records, months in wrong.items():
            yield from self._vanished(records, months)

    def mended(self, records: Records, state: pa.Table) -> pa.Table:
        """Give the state of a table's records after what was pulled again.

        Args:
            records: the table.
            state: what it was before.
        """
        return records.state([state, *self._found[records.table]], self._spec)

    def _watch(
        self, columns: Mapping[str, list[str]], name: str, pages: Iterable[pa.Table]
    ) -> Iterator[pa.Table]:
        """Remember the records of pages that pass on their way to the lake."""
        for page in pages:
            if name in columns:
                self._found[name].append(page.select(columns[name]))
            yield page

    def _vanished(self, records: Records, months: Sequence[str]) -> Iterator[Delivery]:
        there = records.keys(records.state(self._found[records.table], self._spec))
        ours = records.live(records.held(self._context, self._spec), months)
        gone = ours.filter(pc.invert(pc.is_in(records.keys(ours), there.combine_chunks())))
        now = self._context.now
        for rows in records.vanished(self._context, self._spec, gone):
            self._found[records.table].append(rows.select(records.columns))
            yield Delivery(
                f"vang_mat.{records.table}.{now:%Y%m%d%H%M%S}",
                now,
                {records.table: [rows]},
                f"{rows.num_rows} bản ghi {records.table} nguồn không còn, {now:%d/%m/%Y}",
                is_simulated=self._is_simulated(),
            )


def closed_months(first: date, at: datetime) -> list[str]:
    """List the months (`yyyyMM`) from the one of a day to the last that had ended at an instant.

    Args:
        first: a local day of the first month.
        at: the instant; months end by the clock of Viet Nam.
    """
    today = at.astimezone(VIET_NAM).date()
    count = (today.year - first.year) * 12 + today.month - first.month
    months = (first.year * 12 + first.month - 1 + step for step in range(count))
    return [f"{month // 12}{month % 12 + 1:02d}" for month in months]


def before_month(month: str) -> datetime:
    """Give the millisecond before a month (`yyyyMM`) in Viet Nam: windows leave out their start."""
    return datetime(int(month[:4]), int(month[4:]), 1, tzinfo=VIET_NAM) - timedelta(milliseconds=1)


def _months(days: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give the local month of days or instants as the number yyyyMM, null where there is none."""
    if pa.types.is_timestamp(days.type):
        days = pc.add(days, _OFFSET)
    return pc.add(pc.multiply(pc.year(days), 100), pc.month(days))


def _deleted(rows: pa.Table, now: datetime) -> pa.Table:
    """Write the version after the newest: deleted, known now, and without a doubt about it."""
    at = pa.repeat(pa.scalar(now, pa.timestamp("us", tz="UTC")), rows.num_rows)
    changed = {
        VERSION: pc.add(rows[VERSION], pa.scalar(1, rows.schema.field(VERSION).type)),
        DELETED: pa.repeat(pa.scalar(True), rows.num_rows),
        "thoi_diem_cap_nhat": at,
        "doubt": pa.nulls(rows.num_rows, pa.string()),
        "khong_doc_duoc": pa.nulls(rows.num_rows, pa.string()),
    }
    for name in changed.keys() & set(rows.column_names):
        rows = rows.set_column(rows.column_names.index(name), name, changed[name])
    return rows.append_column("_known_at", at)
