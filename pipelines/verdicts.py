"""What judging decided about each delivery, read back from the lake."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from connectors.landing import completed_loads


@dataclass(frozen=True)
class Decision:
    """The verdict on one delivery: 'accepted' or 'blocked', with the reason in Vietnamese."""

    source: str
    load_id: str
    delivery: str
    decision: str
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Source, load and delivery."""
        return self.source, self.load_id, self.delivery


def decisions(lake: Path, sources: Iterable[str]) -> list[Decision]:
    """Give the verdicts on every delivery of every completed load.

    Args:
        lake: the lake's folder.
        sources: names of the sources.
    """
    found = []
    for source in sources:
        for load_id in completed_loads(lake, source):
            path = lake / "_quality" / "verdict" / f"{source}.{load_id}.parquet"
            if path.exists():
                found += [_decision(row) for row in pq.read_table(path).to_pylist()]
    return found


def _decision(row: dict[str, str]) -> Decision:
    return Decision(
        row["source"], row["load_id"], row["delivery"], row["decision"], row["reason"] or ""
    )
