"""Faults that change the truth of the lists: somebody exports one again, with other rows."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulators.province.clock import VIETNAM
from simulators.province.faults import Fault
from simulators.province.giao_duc.generate import SOURCE, part_of
from simulators.province.truth import Truth

_KIND = "lop"
_COUNTS = {"one_millisecond": 60}
_COUNT = 20
_LATE = timedelta(minutes=10)


def change(truth: Truth, fault: Fault, now: datetime) -> int:
    """Export a list of classes again after sizes were corrected or classes deleted.

    Args:
        truth: the ledger.
        fault: `deleted_rows` deletes, the others correct; `late_rows` is dated before now.
        now: the present instant.

    Returns:
        Classes changed; 0 when every list has a later export already written.
    """
    made = _last_export(truth, now)
    if made is None:
        return 0
    part = part_of(_KIND, made["kyHoc"], made["capHoc"])
    rows = truth.state(SOURCE, _KIND, now)
    rows = rows.filter(pc.is_in(rows["_key"], _keys(truth, part)))
    random = np.random.default_rng([fault.seed, *fault.name.encode()])
    count = min(_COUNTS.get(fault.name, _COUNT), len(rows))
    rows = rows.take(np.sort(random.choice(len(rows), count, replace=False)))
    at = now - _LATE if fault.name == "late_rows" else now + timedelta(seconds=1)
    version = int(made["phienBan"]) + 1
    deletes = fault.name == "deleted_rows"
    _append(truth, part, _restamped(rows, version, at, deletes))
    left = int(made["soDong"]) - (count if deletes else 0)
    _list_again(truth, made, part, version, at, left)
    return count


def _last_export(truth: Truth, now: datetime) -> dict[str, Any] | None:
    """Give the newest line about a list of classes that is not exported again later."""
    sql = """
        select * from {rows} where loai = ?
        qualify row_number() over (partition by kyHoc, capHoc order by _known_at desc) = 1
            and _known_at <= ?
        order by _known_at desc, _key limit 1
    """
    found = truth.query(sql, SOURCE, "tep", [_KIND, now]).to_pylist()
    return found[0] if found else None


def _keys(truth: Truth, part: str) -> pa.ChunkedArray:
    return pq.read_table(truth.folder / SOURCE / _KIND / f"{part}.parquet", columns=["_key"])[
        "_key"
    ]


def _restamped(rows: pa.Table, version: int, at: datetime, deletes: bool) -> pa.Table:
    changed: dict[str, Any] = {
        "_version": pa.repeat(pa.scalar(version, pa.int32()), len(rows)),
        "_known_at": pa.repeat(pa.scalar(at, pa.timestamp("ms", tz="UTC")), len(rows)),
        "_deleted": pa.repeat(pa.scalar(deletes), len(rows)),
    }
    if not deletes:
        changed["siSo"] = pc.add(rows["siSo"].cast(pa.int64()), 1).cast(pa.string())
    for name, values in changed.items():
        rows = rows.set_column(rows.column_names.index(name), name, values)
    return rows


def _append(truth: Truth, part: str, rows: pa.Table) -> None:
    kept = pq.read_table(truth.folder / SOURCE / _KIND / f"{part}.parquet")
    truth.write(
        SOURCE,
        _KIND,
        part,
        pa.concat_tables([kept, rows.select(kept.column_names).cast(kept.schema)]),
    )


def _list_again(
    truth: Truth, made: dict[str, Any], part: str, version: int, at: datetime, rows: int
) -> None:
    code = f"{part}.v{version}"
    line = made | {
        "_key": code,
        "maTep": code,
        "tenTep": f"{code.replace('.', '_')}.csv",
        "phienBan": str(version),
        "thoiDiemXuat": at.astimezone(VIETNAM).isoformat(timespec="milliseconds"),
        "soDong": str(rows),
        "_known_at": at,
    }
    schema = pq.read_schema(truth.parts(SOURCE, "tep")[0])
    truth.write(SOURCE, "tep", code, pa.Table.from_pylist([line], schema=schema))
