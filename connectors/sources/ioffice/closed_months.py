"""Closed months: what the lake holds against what the iOffice says that it holds."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc

from connectors.change_log import Pull
from connectors.closed_months import Mending, Records, closed_months
from connectors.connector import Delivery, PullContext
from connectors.reconcile import Total
from connectors.sources.ioffice.office import Office
from connectors.sources.ioffice.shapes import SHAPES
from connectors.spec import SourceSpec
from connectors.windows import VIET_NAM, cursor_of

RECENT = 3
"""Closed months that are asked about at each pull; older ones once."""

_COUNT = re.compile(r"^([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)$")


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
    own: Total

    @property
    def agrees(self) -> bool:
        """Whether both sides have the same records in the same versions."""
        count = read_count(self.told)
        told = Total(self.own.count if count is None else count, Decimal(0), self.told_hash)
        return not self.own.difference(told)


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
            compared = list(self._compared(records_of(table)))
            wrong = [one.month for one in compared if not one.agrees]
            if wrong:
                mending = Mending(self._context, self._spec, lambda: self._office.is_simulated)
                months = {records_of(table): wrong}
                yield from mending.deliveries(self._puller(table), months, self._cursor)
            lines += compared
        if lines:
            yield self._told(lines)

    def _compared(self, records: Records) -> Iterator[Compared]:
        """Compare the months about which the source says something new."""
        table = records.table
        said = {
            (row["bang"], row["thang"]): row["ma_bam"]
            for piece in self._context.landed("doi_soat", ["bang", "thang", "ma_bam"])
            for row in piece.to_pylist()
        }
        months = self._months(records)
        asked = [
            (month, *self._office.advertised(table, month, self._cursor))
            for month in months
            if (table, month) not in said or month in months[-RECENT:]
        ]
        news = [one for one in asked if said.get((table, one[0])) != one[2]]
        if not news:
            return
        state = records.held(self._context, self._spec)
        for month, told, told_hash in news:
            yield Compared(table, month, told, told_hash, records.total(state, month))

    def _months(self, records: Records) -> list[str]:
        """Name the closed months from the first of which the lake has a record."""
        pieces = self._context.landed(records.table, [records.day])
        days = [pc.min(piece[records.day]).as_py() for piece in pieces]
        first = min((day for day in days if day is not None), default=None)
        return closed_months(first, self._cursor) if first else []

    def _told(self, lines: list[Compared]) -> Delivery:
        told = "\n".join(f"{one.table}|{one.month}|{one.told}|{one.told_hash}" for one in lines)
        rows = {
            "bang": [one.table for one in lines],
            "thang": [one.month for one in lines],
            "so_ban_ghi_chu": [one.told for one in lines],
            "so_ban_ghi": pa.array([read_count(one.told) for one in lines], pa.int64()),
            "ma_bam": [one.told_hash for one in lines],
            "so_ban_ghi_kho": pa.array([one.own.count for one in lines], pa.int64()),
            "khop": [one.agrees for one in lines],
        }
        return Delivery(
            f"doi-soat.{sha256(told.encode()).hexdigest()[:16]}",
            self._context.now,
            {"doi_soat": [pa.table(rows)]},
            f"Đối soát {len(lines)} tháng",
            is_simulated=self._office.is_simulated,
        )


def records_of(table: str) -> Records:
    """Tell how records of a reconciled table are told apart and to which month they belong."""
    shape = SHAPES[table]
    assert shape.month is not None
    return Records(table, (shape.key_column,), shape.month)
