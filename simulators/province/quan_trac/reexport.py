"""Faults that change the truth of the readings: a station sends whole files once more."""

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulators.province.faults import Fault
from simulators.province.quan_trac.generate import SOURCE, TABLE
from simulators.province.truth import Truth

_MOMENTS, _RECENT = 10, 15
_AGE = timedelta(minutes=30)
_LATE = timedelta(minutes=10)


def change(truth: Truth, fault: Fault, now: datetime) -> int:
    """Send files of one station again with corrected results.

    Args:
        truth: the ledger.
        fault: `late_rows` is dated before now, the others just after it. A station deletes
            nothing: files leave its folder by age.
        now: the present instant.

    Returns:
        Readings corrected.

    Raises:
        ValueError: the fault deletes.
    """
    if fault.name == "deleted_rows":
        raise ValueError("Trạm quan trắc không xoá số đo; tệp chỉ rời thư mục khi đã cũ.")
    path = max(truth.parts(SOURCE, TABLE), key=lambda part: part.stem.rsplit(".", 1)[1])
    rows = pq.read_table(path)
    known = [row for row in rows.to_pylist() if row["_known_at"] < now - _AGE]
    times = sorted({row["thoi_diem"] for row in known})[-_RECENT:]
    random = np.random.default_rng([fault.seed, *fault.name.encode()])
    chosen = set(random.choice(times, min(_MOMENTS, len(times)), replace=False).tolist())
    at = now - _LATE if fault.name == "late_rows" else now + timedelta(seconds=1)
    newest = {row["_key"]: row for row in known if row["thoi_diem"] in chosen}
    changed = [_corrected(row, at) for row in newest.values()]
    told = pa.concat_tables([rows, pa.Table.from_pylist(changed, schema=rows.schema)])
    truth.write(SOURCE, TABLE, path.stem, told)
    return len(changed)


def _corrected(row: dict[str, object], at: datetime) -> dict[str, object]:
    text = str(row["ket_qua"])
    version = int(str(row["_version"])) + 1
    return row | {
        "_version": version,
        "_known_at": at,
        "ket_qua": str(Decimal(text) + 1) if text else text,
    }
