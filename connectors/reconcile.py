"""Closed months: what the lake holds against what the source says that it holds."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

_FOLDED_ROWS = 500_000


@dataclass(frozen=True)
class Total:
    """What a month adds up to.

    Args:
        count: live records of the month.
        amount: their sum of what the source sums (đồng for fees).
        key_hash: see `key_hash`.
    """

    count: int
    amount: Decimal
    key_hash: str

    def difference(self, advertised: "Total") -> str:
        """Say in Vietnamese how this total differs from the source's; '' when it does not."""
        if self.count != advertised.count:
            return f"nguồn báo {advertised.count} bản ghi, kho có {self.count}"
        if self.amount != advertised.amount:
            return f"nguồn báo tổng {advertised.amount:f}, kho có {self.amount:f}"
        if self.key_hash != advertised.key_hash:
            return f"cùng {self.count} bản ghi nhưng khác khóa hoặc phiên bản"
        return ""


def key_hash(keys: pa.ChunkedArray, versions: pa.ChunkedArray) -> str:
    """Hash which records there are, and in which version.

    Args:
        keys: keys of the records, text.
        versions: their versions, integers.

    Returns:
        sha256 hex of the sorted lines `key|version` joined by a line feed.
    """
    lines = pc.binary_join_element_wise(keys.cast(pa.string()), versions.cast(pa.string()), "|")
    return hashlib.sha256("\n".join(sorted(lines.to_pylist())).encode()).hexdigest()


def newest(rows: pa.Table, key: Sequence[str], version: str) -> pa.Table:
    """Keep the newest version of each record, once.

    Args:
        rows: versions of records, overlapping windows among them.
        key: columns that tell records apart.
        version: the column that orders the versions of a record.
    """
    if not rows.num_rows:
        return rows
    order = [*((name, "ascending") for name in key), (version, "descending")]
    rows = rows.sort_by(order).combine_chunks()
    before, after = rows.slice(0, rows.num_rows - 1), rows.slice(1)
    changes = pa.chunked_array([pa.array([False] * (rows.num_rows - 1), pa.bool_())])
    for name in key:
        changes = pc.or_(changes, pc.not_equal(after[name], before[name]))
    first = pa.chunked_array([pa.array([True]), *changes.chunks], pa.bool_())
    return rows.filter(first)


def newest_of(pieces: Iterable[pa.Table], key: Sequence[str], version: str) -> pa.Table | None:
    """Keep the newest version of each record of many pieces, in memory for one row a record.

    Args:
        pieces: versions of records.
        key: columns that tell records apart.
        version: the column that orders the versions of a record.

    Returns:
        One row a record; None when there is no piece.
    """
    kept: pa.Table | None = None
    waiting: list[pa.Table] = []
    for piece in pieces:
        waiting.append(piece)
        rows = sum(one.num_rows for one in waiting)
        # each time twice as much: every row is sorted a few times only
        if rows > max(_FOLDED_ROWS, kept.num_rows if kept is not None else 0):
            kept, waiting = newest(pa.concat_tables([*_present(kept), *waiting]), key, version), []
    together = [*_present(kept), *waiting]
    return newest(pa.concat_tables(together), key, version) if together else None


def _present(table: pa.Table | None) -> list[pa.Table]:
    return [] if table is None else [table]


def total(records: pa.Table, keys: pa.ChunkedArray, version: str, amount: str) -> Total:
    """Add up live records.

    Args:
        records: one row a record.
        keys: their keys, text.
        version: the version column.
        amount: the column that is summed; null counts as nothing.
    """
    summed = pc.sum(records[amount].cast(pa.decimal128(38, 6))).as_py()
    return Total(records.num_rows, summed or Decimal(0), key_hash(keys, records[version]))
