"""Writes the health gateway's ledger: visits with their later versions, facilities with beds."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulators.province.profile import Profile
from simulators.province.rhythm import moments, span
from simulators.province.truth import Truth
from simulators.province.y_te.facilities import VOLUME, enlarged_on, facilities_of
from simulators.province.y_te.visits import Instants, draw, padded

SOURCE = "y_te"
VISITS, FACILITIES = "ho_so", "co_so"
_DELETED_SHARE, _REPLACED_SHARE, _CORRECTED_SHARE = 0.005, 0.002, 0.03
_LATEST_CORRECTION = 10 * 86_400_000
_UTC_OFFSET = np.timedelta64(7, "h")
_SALT = 20


def generate(profile: Profile, scale: float, first_day: date, last_day: date, truth: Truth) -> None:
    """Write the ledger of some days; the same days come out alike whatever else is asked for.

    Args:
        profile: the province.
        scale: share of the real volume.
        first_day: first day on which records are received.
        last_day: last such day, included; corrections may follow later.
        truth: the ledger.
    """
    truth.write(SOURCE, FACILITIES, "all", _facilities(profile, scale))
    for month in _months(first_day, last_day):
        rows = _month(profile, scale, month, first_day, last_day)
        truth.write(SOURCE, VISITS, f"{month:%Y-%m}", rows)


def _months(first_day: date, last_day: date) -> Iterator[date]:
    month = first_day.replace(day=1)
    while month <= last_day:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _month(
    profile: Profile, scale: float, month: date, first_day: date, last_day: date
) -> pa.Table:
    """Draw the visits received in a month, all their versions; give those of the days asked for.

    The live ones are the day's count exactly. Those that are taken back come on top, and are
    gone before the month ends.
    """
    end = _next(month)
    days = span(month, end - timedelta(days=1))
    live = profile.daily(VOLUME, month, end - timedelta(days=1), scale)
    seed = [profile.seed, month.toordinal(), _SALT]
    rng = np.random.default_rng([*seed, 1])
    gone = rng.poisson(live * (_DELETED_SHARE + _REPLACED_SHARE))
    received = moments(days, live + gone, [*seed, 2], office_hours=False)
    day_of = (received.astype("datetime64[D]") - days[0]).astype(int)
    is_gone = _some_of_each_day(rng, day_of, gone)
    communes = profile.communes_on(month)
    first = draw(received, f"{month:%y%m}", facilities_of(profile, scale), communes, [*seed, 3])
    versions = _versions(rng, first, received, is_gone, np.datetime64(end, "ms"))
    asked = _between(versions["received"], first_day, last_day)
    return versions.filter(asked).drop_columns(["received"])


def _some_of_each_day(
    rng: np.random.Generator, day_of: NDArray[Any], counts: NDArray[Any]
) -> NDArray[np.bool_]:
    """Choose so many cases of each day."""
    order = np.lexsort((rng.random(len(day_of)), day_of))
    starts = np.searchsorted(day_of[order], np.arange(len(counts)))
    place = np.empty(len(day_of), np.int64)
    place[order] = np.arange(len(day_of)) - starts[day_of[order]]
    return place < counts[day_of]


def _versions(
    rng: np.random.Generator,
    first: pa.Table,
    received: Instants,
    is_gone: NDArray[np.bool_],
    month_end: np.datetime64,
) -> pa.Table:
    count = len(received)
    corrected = ~is_gone & (rng.random(count) < _CORRECTED_SHARE)
    later = received + rng.integers(3_600_000, _LATEST_CORRECTION, count).astype("timedelta64[ms]")
    left = (month_end - received).astype(np.int64)
    within = np.minimum(left, _LATEST_CORRECTION) * rng.uniform(0.05, 0.95, count)
    taken_back = received + within.astype(np.int64).astype("timedelta64[ms]")
    is_replaced = rng.random(count) < _REPLACED_SHARE / (_DELETED_SHARE + _REPLACED_SHARE)
    changed = _with_more_medicine(first.filter(pa.array(corrected)))
    none = np.zeros(count, bool)
    return pa.concat_tables(
        [
            _entries(first, received, received, 1, none, none),
            _entries(changed, received[corrected], later[corrected], 2, none, none),
            _entries(
                first.filter(pa.array(is_gone)),
                received[is_gone],
                taken_back[is_gone],
                2,
                ~is_replaced[is_gone],
                is_replaced[is_gone],
            ),
        ]
    )


def _with_more_medicine(rows: pa.Table) -> pa.Table:
    """Correct the bill: a medicine was forgotten, the patient pays for it."""
    for name in ("T_THUOC", "T_TONGCHI_BV", "T_BNTT"):
        rows = rows.set_column(rows.column_names.index(name), name, pc.add(rows[name], 15_000))
    return rows


def _entries(
    rows: pa.Table,
    received: Instants,
    known: Instants,
    version: int,
    deleted: NDArray[np.bool_],
    replaced: NDArray[np.bool_],
) -> pa.Table:
    count = rows.num_rows
    known_at = pa.array(known - _UTC_OFFSET, pa.timestamp("ms")).cast(pa.timestamp("ms", tz="UTC"))
    said = {
        "_key": rows["MA_LK"],
        "_version": pa.array(np.full(count, version, np.int32)),
        "_known_at": known_at,
        "_deleted": pa.array((deleted | replaced)[:count]),
        "_secret": pa.array(np.zeros(count, bool)),
        "phienBan": pa.array(np.full(count, version, np.int32)),
        "thoiDiemTiepNhan": _digits(received),
        "thoiDiemCapNhat": _digits(known),
        "daXoa": pa.array(deleted[:count].astype(np.int8)),
        "daThayThe": pa.array(replaced[:count].astype(np.int8)),
        "received": pa.array(received, pa.timestamp("ms")),
    }
    return pa.table(said | {name: rows[name] for name in rows.column_names})


def _digits(local: Instants) -> pa.Array:
    """Write instants as `yyyyMMddHHmmssSSS`."""
    whole = pc.strftime(pa.array(local.astype("datetime64[s]")), "%Y%m%d%H%M%S")
    parts = padded(local.astype(np.int64) % 1000, 3)
    return pc.binary_join_element_wise(whole, pa.array(parts, pa.string()), "")


def _between(received: pa.ChunkedArray, first_day: date, last_day: date) -> pa.ChunkedArray:
    start = pa.scalar(np.datetime64(first_day, "ms"), pa.timestamp("ms"))
    end = pa.scalar(np.datetime64(last_day + timedelta(days=1), "ms"), pa.timestamp("ms"))
    return pc.and_(pc.greater_equal(received, start), pc.less(received, end))


def _facilities(profile: Profile, scale: float) -> pa.Table:
    """Each facility with its planned beds in two spans of days, both known before they begin."""
    opened = date(profile.window[0].year - 1, 1, 1)
    enlarged = enlarged_on(profile)
    lines = []
    for one in facilities_of(profile, scale):
        more = int(one.beds * 1.1 + 0.5)
        line = {"ma_cskcb": one.code, "ten_cskcb": one.name, "hang": one.rank}
        until = enlarged - timedelta(days=1)
        lines.append(line | _span(one.beds, opened, until, opened))
        lines.append(line | _span(more, enlarged, None, enlarged - timedelta(days=20)))
    return _facility_table(lines)


def _span(beds: int, first: date, last: date | None, told: date) -> dict[str, Any]:
    return {
        "giuong_ke_hoach": beds,
        "hieu_luc_tu": f"{first:%Y%m%d}",
        "hieu_luc_den": f"{last:%Y%m%d}" if last else "",
        "told": told,
    }


def _facility_table(lines: Sequence[dict[str, Any]]) -> pa.Table:
    count = len(lines)
    known = np.array([line["told"] for line in lines], "datetime64[ms]") + np.timedelta64(9, "h")
    fields = ("ma_cskcb", "ten_cskcb", "hang", "giuong_ke_hoach", "hieu_luc_tu", "hieu_luc_den")
    keys = [f"{line['ma_cskcb']}|{line['hieu_luc_tu']}" for line in lines]
    said = {
        "_key": pa.array(keys, pa.string()),
        "_version": pa.array(np.ones(count, np.int32)),
        "_known_at": pa.array(known - _UTC_OFFSET, pa.timestamp("ms")).cast(
            pa.timestamp("ms", tz="UTC")
        ),
        "_deleted": pa.array(np.zeros(count, bool)),
        "_secret": pa.array(np.zeros(count, bool)),
    }
    said |= {name: pa.array([line[name] for line in lines]) for name in fields}
    said["ma_tinh"] = pc.utf8_slice_codeunits(said["ma_cskcb"], 0, 2)
    said["phien_ban"] = said["_version"]
    said["thoi_diem_cap_nhat"] = _digits(known)
    said["da_xoa"] = pa.array(np.zeros(count, np.int8))
    return pa.table(said)
