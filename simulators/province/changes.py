"""Faults that change the truth: what a source's people do to records behind everyone's back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulators.province.faults import Fault
from simulators.province.feed import Feed
from simulators.province.truth import Truth

_AGE = timedelta(hours=1)
_END = datetime(9999, 12, 31, tzinfo=UTC)
# The query engine gives microseconds back; the ledger keeps milliseconds.
_KEPT = {"_known_at": pa.timestamp("ms", tz="UTC")}


@dataclass(frozen=True)
class _Kind:
    """How records change: how many, how long after now in milliseconds each, and whether gone."""

    count: int
    first: int
    step: int
    deletes: bool = False


_KINDS = {
    "one_millisecond": _Kind(60, 1000, 0),
    "late_rows": _Kind(20, -600_000, 20_000),
    "restated_rows": _Kind(20, 1000, 500),
    "deleted_rows": _Kind(20, 1000, 500, deletes=True),
}


def change(truth: Truth, feed: Feed, fault: Fault, now: datetime) -> int:
    """Write new versions of records that the fault befalls.

    Args:
        truth: the ledger.
        feed: the feed whose records change.
        fault: a fault of `faults.CHANGES`.
        now: the present instant; late rows are dated before it, the others just after it.

    Returns:
        Records changed; fewer than the kind's number when fewer were left alone for an hour.
    """
    kind = _KINDS[fault.name]
    # records with a life ahead of them are left alone: their next version is written already
    state = truth.state(feed.source, feed.table, _END)
    old = state.filter(pc.less(state["_known_at"], pa.scalar(now - _AGE)))
    random = np.random.default_rng([fault.seed, *fault.name.encode()])
    count = min(kind.count, len(old))
    rows = old.take(np.sort(random.choice(len(old), count, replace=False)))
    instants = [now + timedelta(milliseconds=kind.first + n * kind.step) for n in range(count)]
    part = f"fault_{fault.name}_{len(truth.parts(feed.source, feed.table)):04d}"
    truth.write(feed.source, feed.table, part, _versions(rows, feed, kind, instants))
    return count


def _versions(rows: pa.Table, feed: Feed, kind: _Kind, instants: list[datetime]) -> pa.Table:
    rows = _set(rows, "_version", pc.add(rows["_version"], pa.scalar(1, pa.int32())))
    rows = _set(rows, "_known_at", pa.array(instants))
    rows = _set(rows, feed.version, rows["_version"])
    rows = _set(rows, feed.updated, pa.array([feed.stamp(instant) for instant in instants]))
    if kind.deletes:
        name, flag = feed.deleted
        rows = _set(rows, "_deleted", pa.array([True] * len(rows)))
        return _set(rows, name, pa.array([flag] * len(rows)))
    one = pa.scalar(1, rows[feed.amount].type)
    return _set(rows, feed.amount, pc.add(rows[feed.amount], one))


def _set(rows: pa.Table, name: str, values: pa.Array) -> pa.Table:
    field = pa.field(name, _KEPT.get(name, rows.schema.field(name).type))
    return rows.set_column(rows.column_names.index(name), field, values.cast(field.type))
