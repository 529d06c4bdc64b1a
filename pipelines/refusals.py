"""What did not land: refused files and sick sources, as one current state for each source.

The state is a file of the lake's `_quality/refused`, rewritten whole at each landing. What a
landing looked at and did not refuse again is kept with `is_present` false: it was mended.
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from expectations.quality import QUALITY, write_whole

KIND = "refused"
_INSTANT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
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


def ensure_refused_files(lake: Path, sources: Iterable[str]) -> None:
    """Keep the glob over the refusals alive: a typed file for each source, empty at first."""
    for source in sources:
        path = refused_file(lake, source)
        if not path.exists():
            write_whole(path, SCHEMA, iter(()))


def refused_file(lake: Path, source: str) -> Path:
    """Give the path of a source's refusals."""
    return lake / QUALITY / KIND / f"{source}.parquet"
