"""What did not land: refused files and sick sources, as one current state for each source.

The state is a file of the lake's `_quality/refused`, rewritten whole at each landing. What a
landing looked at again and did not refuse is kept with `is_present` false: it was mended.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.quality import QUALITY, write_whole

KIND = "refused"
SOURCE_LABEL = "(nguồn)"
_MEND = {
    "file": "Sửa tệp theo lý do đã nêu (hoặc xin lại tệp đúng) rồi đặt vào chỗ cũ và nạp lại",
    "source": "Xem lại nguồn theo lý do đã nêu (đường truyền, đăng nhập, cấu trúc) rồi nạp lại",
}
_INSTANT = pa.timestamp("us", tz="UTC")
TOLD = pa.schema(
    [
        ("source", pa.string()),
        ("label", pa.string()),
        ("kind", pa.string()),
        ("reason", pa.string()),
        ("mend", pa.string()),
        ("first_seen", _INSTANT),
        ("last_seen", _INSTANT),
        ("is_present", pa.bool_()),
    ]
)
"""What people are told; the file knows besides where a refused file lay."""

SCHEMA = TOLD.append(pa.field("places", pa.list_(pa.string())))


@dataclass(frozen=True)
class Refusal:
    """One file or source that did not land.

    Args:
        source: name of the source.
        label: what people call the file; `SOURCE_LABEL` for the source itself.
        kind: 'file' or 'source'.
        reason: what is wrong, in Vietnamese.
        mend: what to do about it, in Vietnamese.
        first_seen: UTC; the first landing that refused it.
        last_seen: UTC; the last landing that refused it.
        is_present: whether the last landing that looked at it refused it.
        places: paths that were looked at when it was refused; empty for what has no path.
    """

    source: str
    label: str
    kind: str
    reason: str
    mend: str
    first_seen: datetime
    last_seen: datetime
    is_present: bool
    places: tuple[str, ...]


@dataclass(frozen=True)
class Landing:
    """What a landing looked at and what it could not take.

    Args:
        source: name of the source.
        now: the clock, UTC.
        paths: files and folders it looked at; empty for a source that is pulled.
        refused: (label, reason) of each file set aside.
        sickness: why the source as a whole did not land; '' when it did.
    """

    source: str
    now: datetime
    paths: Sequence[Path]
    refused: Sequence[tuple[str, str]]
    sickness: str = ""

    def has_looked_at(self, refusal: Refusal) -> bool:
        """Say whether an earlier refusal would have come up again."""
        if refusal.kind == "source":
            return True
        if self.sickness:
            return False
        looked = {str(path) for path in self.paths}
        again = all(
            place in looked or str(Path(place).parent) in looked for place in refusal.places
        )
        return again or refusal.label in {_name(path) for path in self.paths if path.is_file()}

    def refusals(self) -> dict[tuple[str, str], Refusal]:
        """Give what was refused now, by kind and label."""
        found: dict[tuple[str, str], Refusal] = {}
        for label, reason in self.refused:
            before = found.get(("file", label))
            told = f"{before.reason}; {reason}" if before else reason
            found["file", label] = self._refusal("file", label, told, self._places(label))
        if self.sickness:
            found["source", SOURCE_LABEL] = self._refusal("source", SOURCE_LABEL, self.sickness, ())
        return found

    def _refusal(self, kind: str, label: str, reason: str, places: tuple[str, ...]) -> Refusal:
        mend = _MEND[kind]
        return Refusal(self.source, label, kind, reason, mend, self.now, self.now, True, places)

    def _places(self, label: str) -> tuple[str, ...]:
        """Give the file itself when it was named, else the folders that may hold it."""
        named = [path for path in self.paths if not path.is_dir() and _name(path) == label]
        return tuple(str(path) for path in named or self.paths if named or path.is_dir())


def note_landing(lake: Path, landing: Landing) -> None:
    """Bring a source's refusals up to a landing.

    Args:
        lake: the lake's folder.
        landing: what it looked at and refused.
    """
    found = landing.refusals()
    earlier = {(old.kind, old.label): old for old in read_refusals(lake, landing.source)}
    for key, old in earlier.items():
        if key in found:
            found[key] = replace(found[key], first_seen=old.first_seen)
        else:
            mended = old.is_present and landing.has_looked_at(old)
            found[key] = replace(old, is_present=False) if mended else old
    rows = [asdict(found[key]) for key in sorted(found)]
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
    write_whole(refused_file(lake, landing.source), SCHEMA, iter([batch]))


def read_refusals(lake: Path, source: str) -> list[Refusal]:
    """Give the refusals of a source, mended ones among them.

    Args:
        lake: the lake's folder.
        source: name of the source.
    """
    path = refused_file(lake, source)
    if not path.exists():
        return []
    rows = pq.ParquetFile(path).read().to_pylist()
    return [Refusal(**row | {"places": tuple(row["places"])}) for row in rows]


def ensure_refused_files(lake: Path, sources: Iterable[str]) -> None:
    """Keep the glob over the refusals alive: a typed file for each source, empty at first."""
    for source in sources:
        path = refused_file(lake, source)
        if not path.exists():
            write_whole(path, SCHEMA, iter(()))


def refused_file(lake: Path, source: str) -> Path:
    """Give the path of a source's refusals."""
    return lake / QUALITY / KIND / f"{source}.parquet"


def _name(path: Path) -> str:
    return unicodedata.normalize("NFC", path.name)
