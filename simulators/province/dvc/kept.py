"""The ledger's own columns for versions of the portal's records, none of which is secret."""

from typing import Any

import numpy as np
import pyarrow as pa

from simulators.province.clock import VIETNAM
from simulators.province.dvc.texts import milliseconds

_OFFSET = np.timedelta64(VIETNAM.utcoffset(None))


def ledger_columns(keys: Any, number: Any, known: Any, deleted: Any) -> dict[str, pa.Array]:
    """Give the columns that every table of the ledger begins with.

    Args:
        keys: key of each version's record.
        number: number of each version.
        known: local moment when each became known.
        deleted: whether each says that its record is deleted.
    """
    instants = (known - _OFFSET).astype("datetime64[ms]")
    return {
        "_key": pa.array(keys, pa.string()),
        "_version": pa.array(number, pa.int32()),
        "_known_at": pa.array(instants, pa.timestamp("ms")).cast(pa.timestamp("ms", tz="UTC")),
        "_deleted": pa.array(deleted, pa.bool_()),
        "_secret": pa.array(np.zeros(len(known), bool)),
    }


def protocol_columns(number: Any, known: Any, deleted: Any) -> dict[str, pa.Array]:
    """Give the fields of the protocol that tell a version, its moment and its deletion."""
    return {
        "PhienBan": pa.array(number, pa.int32()),
        "ThoiDiemCapNhat": milliseconds(known),
        "DaXoa": pa.array(np.asarray(deleted).astype(np.int32)),
    }
