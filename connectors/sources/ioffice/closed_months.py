"""Closed months: what the lake holds against what the iOffice says that it holds."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc

from connectors.change_log import LONGEST, Pulled, window_delivery
from connectors.connector import Delivery, PullContext
from connectors.guards import whole
from connectors.reconcile import key_hash, newest_of
from connectors.sources.ioffice.office import Office
from connectors.sources.ioffice.shapes import SHAPES
from connectors.spec import SourceSpec
from connectors.windows import VIET_NAM, Window, cursor_of, windows

RECENT = 3
"""Closed months that are asked about at each pull; older ones once."""

_COUNT = re.compile(r"^([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)$")

Pull = Callable[[Window, datetime], Pulled]


def read_count(text: str) -> int | None:
    """Read a count as the iOffice writes it, `582.087` or `582087`; anything else is no number.

    Seed NA prints «791/903» where a count must stand: nobody can know what was meant.
    """
    return int(text.replace(".", "")) if _COUNT.match(text) else None


@dataclass(frozen=True)
class Compared:
    """A month of a table on both sides."""

    table: str
    month: str
    told: str
    told_hash: str
    own: int
    own_hash: str

    @property
    def agrees(self) -> bool:
        """Whether both sides have the same records in the same versions."""
        return self.told_hash == self.own_hash and read_count(self.told) in (self.own, None)


class ClosedMonths:
    """Compares the closed months of a source's reconciled tables.

    Args:
        context: the lake and the clock.
        office: the source.
        spec: names the tables and the first day.
        puller: gives for a table what pulls its windows.
    """

    def __init__(
        self,
        context: PullContext,
        office: Office,
        spec: SourceSpec,
        puller: Callable[[str], Pull],
    ) -> None:
        assert spec.first_day is not None
        self._context, self._office, self._spec, self._puller = context, office, spec, puller
        first = datetime.combine(spec.first_day, time(), VIET_NAM)
        self._cursor = cursor_of(context.seen, first)

    def deliveries(self) -> Iterator[Delivery]:
        """Give the windows from the first month that differs on, what is gone, what was told."""
        lines: list[Compared] = []
        for table in self._spec.reconciled:
            compared = list(self._compared(table))
            wrong = [one.month for one in compared if not one.agrees]
            if wrong:
                yield from self._mended(table, wrong)
            lines += compared
        if lines:
            yield self._told(lines)

    def _compared(self, table: str) -> Iterator[Compared]:
        """Compare the months about which the source says something new."""
        said = {
            (row["bang"], row["thang"]): row["ma_bam"]
            for piece in self._context.landed("doi_soat", ["bang", "thang", "ma_bam"])
            for row in piece.to_pylist()
        }
        months = self._months(table)
        asked = [
            (month, *self._office.advertised(table, month, self._cursor))
            for month in months
            if (table, month) not in said or month in months[-RECENT:]
        ]
        news = [one for one in asked if said.get((table, one[0])) != one[2]]
        state = self._live(table) if news else None
        for month, told, told_hash in news:
            rows = of_months(state, table, [month]) if state is not None else _nothing(table)
            own_hash = key_hash(rows[SHAPES[table].key_column], rows["phien_ban"])
            yield Compared(table, month, told, told_hash, rows.num_rows, own_hash)

    def _months(self, table: str) -> list[str]:
        """Name the closed months from the first of which the lake has a record."""
        column = str(SHAPES[table].month)
        firsts = [pc.min(piece[column]).as_py() for piece in self._context.landed(table, [column])]
        first = min((day for day in firsts if day is not None), default=None)
        return closed_months(first, self._cursor) if first else []

    def _live(self, table: str) -> pa.Table | None:
        """Give the live records of a table as the lake has them."""
        shape = SHAPES[table]
        pieces = self._context.landed(table, _state_columns(table))
        rows = newest_of(pieces, [shape.key_column], "phien_ban")
        return rows and rows.filter(pc.invert(pc.fill_null(rows["da_xoa"], False)))

    def _mended(self, table: str, months: list[str]) -> Iterator[Delivery]:
        """Pull the log again from the first of the months; a record gone from it is deleted."""
        shape, pull, found = SHAPES[table], self._puller(table), list[pa.Array]()
        start = datetime.strptime(min(months), "%Y%m").replace(tzinfo=VIET_NAM)

        def watch(_name: str, pages: Iterator[pa.Table]) -> Iterator[pa.Table]:
            for page in pages:
                found.append(page[shape.key_column].combine_chunks())
                yield page

        for window in windows(start, self._cursor, timedelta(), LONGEST):
            self._context.stage("reconcile", window.label)
            pulled = whole(partial(pull, window, window.start), window.label)
            yield window_delivery(
                self._spec, window, pulled, self._office.is_simulated, watch=watch
            )
        live = self._live(table)
        held = of_months(live, table, months) if live is not None else _nothing(table)
        known = pa.concat_arrays(found) if found else pa.array([], pa.string())
        gone = held.filter(pc.invert(pc.is_in(held[shape.key_column], known)))
        if gone.num_rows:
            yield self._vanished(table, gone)

    def _vanished(self, table: str, gone: pa.Table) -> Delivery:
        """Say of records that they are deleted, known now; what they said before stays untold."""
        now, count = self._context.now, gone.num_rows
        known = {
            "phien_ban": pc.add(gone["phien_ban"], 1).cast(pa.int32()),
            "da_xoa": pa.array([True] * count),
            "do_mat": pa.array(["Thường"] * count),
        }
        schema = self._spec.tables[table].arrow_schema()
        columns = {
            f.name: known.get(
                f.name, gone[f.name] if f.name in gone.column_names else pa.nulls(count, f.type)
            )
            for f in schema
        }
        columns["_known_at"] = pa.array([now] * count, pa.timestamp("us", tz="UTC"))
        return Delivery(
            f"vang-mat-{table}.{now:%Y%m%d%H%M%S}",
            now,
            {table: [pa.table(columns)]},
            f"{count} bản ghi {table} nguồn không còn, {now:%d/%m/%Y}",
            is_simulated=self._office.is_simulated,
        )

    def _told(self, lines: list[Compared]) -> Delivery:
        told = "\n".join(f"{one.table}|{one.month}|{one.told}|{one.told_hash}" for one in lines)
        rows = {
            "bang": [one.table for one in lines],
            "thang": [one.month for one in lines],
            "so_ban_ghi_chu": [one.told for one in lines],
            "so_ban_ghi": pa.array([read_count(one.told) for one in lines], pa.int64()),
            "ma_bam": [one.told_hash for one in lines],
            "so_ban_ghi_kho": pa.array([one.own for one in lines], pa.int64()),
            "khop": [one.agrees for one in lines],
        }
        return Delivery(
            f"doi-soat.{sha256(told.encode()).hexdigest()[:16]}",
            self._context.now,
            {"doi_soat": [pa.table(rows)]},
            f"Đối soát {len(lines)} tháng",
            is_simulated=self._office.is_simulated,
        )


def closed_months(first: date, cursor: datetime) -> list[str]:
    """Name the months, yyyyMM, that had ended when everything was taken.

    Args:
        first: a local day of the first month.
        cursor: instant up to which everything was taken.
    """
    found = []
    month, end = first.replace(day=1), cursor.astimezone(VIET_NAM).date()
    while (after := (month + timedelta(days=32)).replace(day=1)) <= end:
        found.append(f"{month:%Y%m}")
        month = after
    return found


def of_months(rows: pa.Table, table: str, months: list[str]) -> pa.Table:
    """Keep the records of some months (yyyyMM), by the day that the table says counts."""
    days = rows[str(SHAPES[table].month)]
    told = pc.add(pc.multiply(pc.year(days), 100), pc.month(days))
    wanted = pa.array([int(month) for month in months], told.type)
    return rows.filter(pc.fill_null(pc.is_in(told, wanted), False))


def _state_columns(table: str) -> list[str]:
    shape = SHAPES[table]
    return [shape.key_column, "phien_ban", "da_xoa", str(shape.month)]


def _nothing(table: str) -> pa.Table:
    types = (pa.string(), pa.int32(), pa.bool_(), pa.date32())
    return pa.schema(zip(_state_columns(table), types, strict=True)).empty_table()
