"""Closed months of records received: what the lake holds of each, and what has vanished."""

from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from connectors.reconcile import Total, total
from connectors.windows import VIET_NAM

COMPARED = (
    "ma_lk",
    "phien_ban",
    "thoi_diem_tiep_nhan",
    "da_xoa",
    "da_thay_the",
    "t_tongchi_bv",
)
"""Columns of `ho_so` that the comparison needs."""


def closed_months(first_day: date | None, now: datetime) -> list[str]:
    """Give the months (`yyyyMM`) from the first day on that ended before today in Viet Nam."""
    today = now.astimezone(VIET_NAM).date()
    month = (first_day or today).replace(day=1)
    found = []
    while (after := (month + timedelta(days=32)).replace(day=1)) <= today:
        found.append(f"{month:%Y%m}")
        month = after
    return found


def month_start(month: str) -> datetime:
    """Give the instant before which no record of a month was received."""
    return datetime(int(month[:4]), int(month[4:]), 1, tzinfo=VIET_NAM) - timedelta(milliseconds=1)


def live_of(newest_rows: pa.Table, month: str) -> pa.Table:
    """Keep the records received in a month that stand.

    Args:
        newest_rows: the newest version of each record, columns `COMPARED`.
        month: `yyyyMM`, local.
    """
    start = month_start(month)
    end = month_start(f"{(start + timedelta(days=33)).replace(day=1):%Y%m}")
    at = newest_rows["thoi_diem_tiep_nhan"]
    inside = pc.and_(
        pc.greater(at, pa.scalar(start, at.type)), pc.less_equal(at, pa.scalar(end, at.type))
    )
    gone = pc.or_(newest_rows["da_xoa"], newest_rows["da_thay_the"])
    return newest_rows.filter(pc.and_(inside, pc.invert(gone)))


def totalled(records: pa.Table) -> Total:
    """Add up live records as the gateway does."""
    return total(records, "ma_lk", "phien_ban", "t_tongchi_bv")


def vanished(held: pa.Table, present: pa.ChunkedArray, now: datetime) -> pa.Table:
    """Give a deleting version for each record that the gateway no longer has.

    Args:
        held: live records of the lake.
        present: keys that the gateway lists.
        now: when it became known, UTC.

    Returns:
        Rows of `ho_so` as far as they are known, with `_known_at`.
    """
    gone = held.filter(pc.invert(pc.is_in(held["ma_lk"], present)))
    count = gone.num_rows
    at = pa.array([now] * count, pa.timestamp("us", tz="UTC"))
    yes, no = pa.array([True] * count, pa.bool_()), pa.array([False] * count, pa.bool_())
    return pa.table(
        {
            "_known_at": at,
            "ma_lk": gone["ma_lk"],
            "phien_ban": pc.add(gone["phien_ban"], pa.scalar(1, pa.int32())),
            "thoi_diem_tiep_nhan": gone["thoi_diem_tiep_nhan"],
            "thoi_diem_cap_nhat": at,
            "da_xoa": yes,
            "da_thay_the": no,
        }
    )
