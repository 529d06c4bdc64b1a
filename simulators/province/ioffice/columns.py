"""Columns as the protocol sends them: texts, local instants with milliseconds, d/m/Y days."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

VIET_NAM = np.timedelta64(7, "h")


def instants(moments: np.ndarray) -> pa.Array:
    """Write local instants as `yyyy-MM-dd HH:mm:ss.SSS`; one that is missing is empty.

    Args:
        moments: datetime64[ms], local; NaT where there is none.
    """
    return pc.fill_null(pa.array(moments).cast(pa.string()), "")


def days(moments: np.ndarray) -> pa.Array:
    """Write the local day as `dd/MM/yyyy`; one that is missing is empty.

    Args:
        moments: datetime64, local; NaT where there is none.
    """
    found, places = np.unique(moments.astype("datetime64[D]"), return_inverse=True)
    words = ["" if np.isnat(day) else f"{day.item():%d/%m/%Y}" for day in found]
    return pa.array(words).take(pa.array(places))


def picked(
    rng: np.random.Generator,
    words: Sequence[str],
    count: int,
    shares: Sequence[float] | np.ndarray | None = None,
) -> pa.Array:
    """Draw `count` of the words, by their shares where they are given."""
    return pa.array(words).take(pa.array(rng.choice(len(words), count, p=shares)))


def joined(*parts: pa.Array | str) -> pa.Array:
    """Put texts together row by row."""
    return pc.binary_join_element_wise(*parts, "")


def numbered(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    """Write keys such as `VBD-202101-0000042`."""
    return joined(prefix, pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0"))


def where(mask: np.ndarray, then: pa.Array | str, otherwise: pa.Array | str) -> pa.Array:
    """Take each row from one column or the other."""
    return pc.if_else(pa.array(mask), then, otherwise)


def versions(
    keys: pa.Array,
    number: int | np.ndarray,
    moments: np.ndarray,
    secret: np.ndarray,
    fields: Mapping[str, pa.Array],
    deleted: np.ndarray | None = None,
) -> pa.Table:
    """Make rows of the ledger of truth: what the protocol sends, with the five columns about it.

    Args:
        keys: the records.
        number: version of all rows, or of each.
        moments: local instants at which the versions were made, datetime64[ms].
        secret: which rows must never leave the source.
        fields: the protocol's columns beside `phienBan`, `thoiDiemCapNhat` and `daXoa`.
        deleted: which versions say that the record is gone; none when not given.
    """
    count = len(keys)
    numbers = np.broadcast_to(np.asarray(number, dtype=np.int32), count)
    gone = np.zeros(count, dtype=bool) if deleted is None else deleted
    return pa.table(
        {
            "_key": keys,
            "_version": pa.array(numbers),
            "_known_at": pa.array((moments - VIET_NAM).astype("datetime64[ms]")).cast(
                pa.timestamp("ms", tz="UTC")
            ),
            "_deleted": pa.array(gone),
            "_secret": pa.array(secret),
            **fields,
            "phienBan": pa.array(numbers),
            "thoiDiemCapNhat": instants(moments),
            "daXoa": pa.array(gone),
        }
    )


def changed(table: pa.Table, **columns: pa.Array) -> pa.Table:
    """Give the same rows with some columns replaced."""
    for name, values in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, values)
    return table


def next_versions(table: pa.Table, moments: np.ndarray, deleted: bool = False) -> pa.Table:
    """Give rows as their next version, made at the given local instants."""
    numbers = pc.add(table["_version"], 1).cast(pa.int32())
    gone = pa.array(np.full(len(table), deleted))
    return changed(
        table,
        _version=numbers,
        _known_at=pa.array((moments - VIET_NAM).astype("datetime64[ms]")).cast(
            pa.timestamp("ms", tz="UTC")
        ),
        _deleted=gone,
        phienBan=numbers,
        thoiDiemCapNhat=instants(moments),
        daXoa=gone,
    )
