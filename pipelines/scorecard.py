"""The four published scores of a source, as Dagster's checks carry them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipelines.reader import Reader

BAR = 95.0
# each dimension with its counts beside the percentage
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "dung": ("dung_bad", "dung_total"),
    "du": ("du_received", "du_expected"),
    "sach": ("sach_bad", "sach_total"),
    "song": ("song_lag_days", "song_promise_days"),
}

NAMES = {"dung": "Đúng", "du": "Đủ", "sach": "Sạch", "song": "Sống"}


@dataclass(frozen=True)
class Score:
    """One score: the worst agency's, each agency by its newest month that was due or came.

    Args:
        pct: 0-100; None when nothing was due or came yet.
        facts: month, agency, counts and the formula in words.
    """

    pct: float | None
    facts: dict[str, Any]

    @property
    def passed(self) -> bool:
        """Whether it is at or above the bar; what has no score yet is not below."""
        return self.pct is None or self.pct >= BAR


def scored(reader: Reader, sources: Iterable[str]) -> dict[str, dict[str, Score]]:
    """Read the scores of these sources; none from a publication that has no newest month yet."""
    known = reader.rows(
        "select 1 from information_schema.columns where table_schema = 'mart' "
        "and table_name = 'quality_scorecard' and column_name = 'is_newest'"
    )
    return {source: scores(reader, source) for source in sources} if known else {}


def scores(reader: Reader, source: str) -> dict[str, Score]:
    """Read the four scores of a source from the publication.

    Args:
        reader: an open reader.
        source: name of the source.
    """
    return {dimension: _score(reader, source, dimension) for dimension in DIMENSIONS}


def _score(reader: Reader, source: str, dimension: str) -> Score:
    rows = reader.rows(
        f"select s.* from mart.quality_scorecard as s where s.source = ? "
        f"and s.is_newest and s.{dimension}_pct is not null "
        f"order by s.{dimension}_pct, s.agency_code limit 1",
        [source],
    )
    if not rows:
        return Score(None, {})
    row = rows[0]
    counts = {name: row[name] for name in DIMENSIONS[dimension] if row[name] is not None}
    told = {name: row[name] for name in ("period_label", "agency_name", "formula")}
    return Score(float(row[f"{dimension}_pct"]), {**told, **counts})
