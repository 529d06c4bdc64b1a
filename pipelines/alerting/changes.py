"""What changed about alerts, as the published warehouse tells it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from pipelines.reader import read_consistently
from pipelines.settings import Settings
from pipelines.steward.inbox import VIET_NAM

# an older change is history: whoever lands the past must not be flooded with it
WINDOW = timedelta(days=31)
_COLUMNS = (
    "alert_id, rule_id, kind, level, level_name, is_open, is_corrected, indicator_code, area_key, "
    "area_name, source_code, source_title, message, responsible_code, responsible_name, due_date, "
    "fired_at, resolved_at, corrected_at, escalation_level, escalated_after, handling, handled_at, "
    "handling_reason, is_simulated"
)
_CLOSED = "da_dong"


class Kind(StrEnum):
    """What can change about an alert."""

    firing = "firing"
    resolved = "resolved"
    corrected = "corrected"
    closed = "closed"
    escalated = "escalated"


@dataclass(frozen=True)
class Change:
    """One change of one alert.

    Attributes:
        kind: what changed.
        alert: the alert's row of `mart.alert`.
        at: when it became known, UTC.
        turn: tells one closing or escalation from another of the same alert.
    """

    kind: Kind
    alert: Mapping[str, Any]
    at: datetime
    turn: str = ""

    @property
    def id(self) -> str:
        """The same however often the warehouse is built again."""
        return change_id(self.alert["alert_id"], self.kind, self.turn)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to be done about it."""
        return self.kind in (Kind.firing, Kind.escalated) and not self.alert["is_open"]


def change_id(alert_id: str, kind: Kind, turn: str = "") -> str:
    """Give the id of a change."""
    return ":".join(part for part in (alert_id, kind.value, turn) if part)


def recent_changes(settings: Settings, held: Collection[str]) -> list[Change]:
    """Read the changes that became known within the window, and those asked for besides.

    Args:
        settings: which warehouse.
        held: ids of changes that are read however old they are.

    Returns:
        The changes in the order in which they became known.

    Raises:
        UserError: nothing is published.
    """
    since = settings.clock() - WINDOW
    besides = sorted({change.partition(":")[0] for change in held})
    rows = read_consistently(settings, lambda reader: _rows(reader, since, besides))
    found = [change for row in rows for change in _changes(row)]
    kept = [change for change in found if change.at >= since or change.id in held]
    return sorted(kept, key=lambda change: (change.at, change.id))


def _rows(reader: Any, since: datetime, besides: Sequence[str]) -> list[dict[str, Any]]:
    marks = ", ".join("?" * len(besides))
    others = f" or alert_id in ({marks})" if besides else ""
    day = since.astimezone(VIET_NAM).date()
    found: list[dict[str, Any]] = reader.rows(
        f"select {_COLUMNS} from mart.alert where fired_at is not null and ("
        "fired_at >= ? or resolved_at >= ? or handled_at >= ? or escalated_after >= ?"
        f"{others})",
        [since, since, since, day, *besides],
    )
    return found


def _changes(row: Mapping[str, Any]) -> Iterator[Change]:
    yield Change(Kind.firing, row, row["fired_at"])
    if row["is_corrected"]:
        yield Change(Kind.corrected, row, row["corrected_at"])
    elif row["resolved_at"]:
        yield Change(Kind.resolved, row, row["resolved_at"])
    if row["handling"] == _CLOSED:
        at = row["handled_at"]
        yield Change(Kind.closed, row, at, at.isoformat())
    if row["escalation_level"]:
        first_day = row["escalated_after"] + timedelta(days=1)
        at = datetime.combine(first_day, time(), VIET_NAM)
        yield Change(Kind.escalated, row, at, str(row["escalation_level"]))
