"""The folder of files that stations keep: five-minute files of a fortnight, archives before it."""

import gzip
import io
import os
import threading
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulators.province.clock import VIETNAM
from simulators.province.encodings import spoil
from simulators.province.faults import Faults
from simulators.province.quan_trac.generate import SOURCE, STATIONS, TABLE
from simulators.province.quan_trac.lies import DATED, LIES
from simulators.province.truth import Truth

_DAYS = 14
_STAMP = "%Y%m%d%H%M%S"
_SEPARATORS = {"tab": "\t", "comma": ","}
_FIELDS = ("thong_so", "ket_qua", "don_vi", "thoi_diem", "trang_thai")
_ENCODINGS = ("tcvn3", "vni", "utf16", "bom", "nfd")
# A file that is sent once more may bear a time so much before the one at which it comes.
_LATE = timedelta(minutes=15)


class Shelf:
    """Keeps a folder as the stations would have it at each moment.

    Args:
        truth: the ledger; it holds the stations and their readings.
        folder: the folder, one folder in it for each station.
        faults: the faults at work.
    """

    def __init__(self, truth: Truth, folder: Path, faults: Faults) -> None:
        self.folder = folder
        self._truth = truth
        (stations,) = truth.parts(SOURCE, STATIONS)
        self._stations: list[dict[str, Any]] = pq.read_table(stations).to_pylist()
        self._faults = faults
        self._filled_to: datetime | None = None
        self._lock = threading.Lock()

    def fill(self, now: datetime) -> None:
        """Write what the stations have sent up to a moment; take away what they keep no longer.

        Args:
            now: with a time zone; no earlier than at the last call.
        """
        with self._lock:
            if self._filled_to == now or self._faults.take("zero_rows", SOURCE):
                return
            kept_from = _day(now) - timedelta(days=_DAYS)
            before = self._filled_to
            for station in self._stations:
                folder = self.folder / str(station["code"])
                folder.mkdir(parents=True, exist_ok=True)
                if before is None or _day(before) != _day(now):
                    self._archive(station, folder, kept_from, now)
                self._five_minutes(station, folder, kept_from, before, now)
            self._filled_to = now

    def _archive(
        self, station: dict[str, Any], folder: Path, kept_from: date, now: datetime
    ) -> None:
        """Write the month archives; the one of the newest month grows, and overlaps by a day."""
        newest = f"{kept_from:%Y-%m}"
        for part in self._parts(station):
            month = part.stem.rsplit(".", 1)[1]
            name = f"{station['code']}_{month.replace('-', '')}.{station['archive']}"
            if month > newest or (month < newest and (folder / name).exists()):
                continue
            rows = pq.read_table(part)
            # what was measured today is not packed yet
            packed_to = min(kept_from, _day(now) - timedelta(days=1))
            rows = rows.filter(pc.less_equal(rows["thoi_diem"], f"{packed_to:%Y%m%d}235959"))
            rows = _newest(rows.filter(pc.less_equal(rows["_known_at"], pa.scalar(now))))
            if rows.num_rows:
                content = self._packed(self._encoded(_lines(station, rows)), name)
                packed_at = rows["_known_at"][-1].as_py() + timedelta(minutes=30)
                _write(folder / name, content, min(packed_at, now - timedelta(minutes=1)))
        for path in folder.glob("*.txt"):
            if path.stem.rsplit("_", 1)[1] < f"{kept_from:%Y%m%d}":
                path.unlink()

    def _packed(self, text: bytes, name: str) -> bytes:
        if name.endswith(".gz"):
            packed = gzip.compress(text, 1, mtime=0)
        else:
            target = io.BytesIO()
            with zipfile.ZipFile(target, "w") as archive:
                member = zipfile.ZipInfo(f"{Path(name).stem}.txt")
                archive.writestr(member, text, zipfile.ZIP_DEFLATED, compresslevel=1)
            packed = target.getvalue()
        return packed[: len(packed) // 2] if self._faults.take("truncated_gzip", SOURCE) else packed

    def _five_minutes(
        self,
        station: dict[str, Any],
        folder: Path,
        kept_from: date,
        before: datetime | None,
        now: datetime,
    ) -> None:
        for part in self._parts(station):
            if part.stem.rsplit(".", 1)[1] < f"{kept_from:%Y-%m}":
                continue
            every = pq.read_table(part)
            rows = every.filter(pc.greater_equal(every["thoi_diem"], f"{kept_from:%Y%m%d}"))
            rows = _newest(rows.filter(pc.less_equal(rows["_known_at"], pa.scalar(now))))
            if before is not None:
                rows = rows.filter(_told_since(rows, before))
            lines = _lines(station, rows)
            for stamp, sent_at, moment in _moments(rows):
                told = self._told(station, stamp, lines[moment], every)
                name = f"{station['code']}_{told[0]}.txt"
                _write(folder / name, self._encoded(told[1]), sent_at)

    def _told(
        self, station: dict[str, Any], stamp: str, lines: list[str], every: pa.Table
    ) -> tuple[str, list[str]]:
        """Give the time in a file's name and its lines, as the faults at work would have them."""
        if self._faults.take("replay_yesterday", SOURCE):
            day_before = datetime.strptime(stamp, _STAMP) - timedelta(days=1)
            return stamp, _lines(
                station, every.filter(pc.equal(every["thoi_diem"], f"{day_before:{_STAMP}}"))
            )
        for name, lie in LIES.items():
            if self._faults.take(name, SOURCE):
                separator = _SEPARATORS[station["separator"]]
                told = [lie(line.rsplit(separator, len(_FIELDS) - 1)) for line in lines]
                return (
                    lie([""] * 3 + [stamp, ""])[3] if name in DATED else stamp,
                    [separator.join(line) for line in told],
                )
        return stamp, lines

    def _encoded(self, lines: Sequence[str]) -> bytes:
        text = ("\r\n".join(lines) + "\r\n").encode()
        for encoding in _ENCODINGS:
            if self._faults.take(f"encoding_{encoding}", SOURCE):
                return spoil(text, encoding)
        return text

    def _parts(self, station: dict[str, Any]) -> list[Path]:
        return [
            path
            for path in self._truth.parts(SOURCE, TABLE)
            if path.stem.rsplit(".", 1)[0] == station["code"]
        ]


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()


def _lines(station: dict[str, Any], rows: pa.Table) -> list[str]:
    fields = (rows[name] for name in _FIELDS)
    joined = pc.binary_join_element_wise(*fields, _SEPARATORS[station["separator"]])
    lines: list[str] = joined.to_pylist()
    return lines


def _newest(rows: pa.Table) -> pa.Table:
    """Keep what was told last of each reading, in the order of time."""
    if not rows.num_rows or pc.max(rows["_version"]).as_py() == 1:
        return rows
    last = rows.group_by("_key").aggregate([("_version", "max")])
    pairs = pc.binary_join_element_wise(rows["_key"], pc.cast(rows["_version"], pa.string()), "|")
    newest = pc.binary_join_element_wise(
        last["_key"], pc.cast(last["_version_max"], pa.string()), "|"
    )
    return rows.filter(pc.is_in(pairs, newest)).sort_by("thoi_diem")


def _told_since(rows: pa.Table, before: datetime) -> pa.ChunkedArray:
    """Tell what came after a moment; what is sent once more may be dated a little before it."""
    again = pc.and_(
        pc.greater(rows["_version"], 1),
        pc.greater(rows["_known_at"], pa.scalar(before - _LATE)),
    )
    return pc.or_(pc.greater(rows["_known_at"], pa.scalar(before)), again)


def _moments(rows: pa.Table) -> Iterator[tuple[str, datetime, slice]]:
    """Cut rows, ordered by time, into the moments of a station: time, when sent, which rows."""
    if not rows.num_rows:
        return
    ends = pc.run_end_encode(rows["thoi_diem"].combine_chunks(), pa.int32())
    sent_at = rows["_known_at"].to_pylist()
    start = 0
    for end, stamp in zip(ends.run_ends.to_pylist(), ends.values.to_pylist(), strict=True):
        yield stamp, sent_at[start], slice(start, end)
        start = end


def _write(path: Path, content: bytes, changed_at: datetime) -> None:
    """Write a file that stations send whole, with its own time of change."""
    draft = path.with_suffix(".tmp")
    draft.write_bytes(content)
    seconds = int(changed_at.timestamp())
    os.utime(draft, (seconds, seconds))
    draft.replace(path)
