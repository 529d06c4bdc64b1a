"""What changed from one export of a list to the next, as the truth keeps it."""

from collections.abc import Sequence
from datetime import UTC

import pyarrow as pa
import pyarrow.compute as pc

from simulators.province.giao_duc.calendar import VIET_NAM, Export


def changes(exports: Sequence[tuple[Export, pa.Table]]) -> pa.Table:
    """Give each row once for each of its versions.

    Args:
        exports: the exports of one list, oldest first, each with the rows that it tells (their
            `_key` is unique).

    Returns:
        New and changed rows with the number and the instant of the export that told them first;
        rows that an export leaves out again, marked as deleted.
    """
    found, before = [], None
    for export, rows in exports:
        rows = rows.combine_chunks()
        if before is None:
            found.append(_stamped(rows, export, False))
        else:
            found.append(_stamped(rows.filter(_is_new(rows, before)), export, False))
            gone = pc.invert(pc.is_in(before["_key"], rows["_key"]))
            found.append(_stamped(before.filter(gone), export, True))
        before = rows
    return pa.concat_tables(found)


def _is_new(rows: pa.Table, before: pa.Table) -> pa.ChunkedArray:
    earlier = pc.take(_text(before), pc.index_in(rows["_key"], before["_key"]))
    return pc.fill_null(pc.not_equal(earlier, _text(rows)), True)


def _text(rows: pa.Table) -> pa.Array:
    return pc.binary_join_element_wise(*rows.columns, "\t").combine_chunks()


def _stamped(rows: pa.Table, export: Export, deleted: bool) -> pa.Table:
    count = len(rows)
    instant = export.made_at.replace(tzinfo=VIET_NAM).astimezone(UTC)
    stamps = {
        "_version": pa.scalar(export.version, pa.int32()),
        "_known_at": pa.scalar(instant, pa.timestamp("ms", tz="UTC")),
        "_deleted": pa.scalar(deleted),
        "_secret": pa.scalar(False),
    }
    for name, value in stamps.items():
        rows = rows.append_column(name, pa.repeat(value, count))
    return rows
