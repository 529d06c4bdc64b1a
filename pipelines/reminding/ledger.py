"""What is owed and who was reminded of it, as it stands after every decision.

`mart.submission` and `mart.reminder` say the same once the warehouse is built anew.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pipelines.settings import Settings
from pipelines.steward.inbox import VIET_NAM, published
from pipelines.steward.log import Action, Entry, Log, read_log

SENT, CONTESTED, UPHELD, WITHDRAWN = "sent", "contested", "upheld", "withdrawn"
STATE_NAMES = {
    SENT: "đã nhắc",
    CONTESTED: "đang có ý kiến",
    UPHELD: "giữ nguyên",
    WITHDRAWN: "đã rút",
}
# nobody knows whom to write to
UNKNOWN_AGENCY = "chua_ro"
_BY_ACTION: dict[Action, str] = {"contest": CONTESTED, "uphold": UPHELD, "withdraw": WITHDRAWN}


@dataclass(frozen=True)
class Reminder:
    """One item of one letter that was sent."""

    id: str
    submission_id: str
    letter_id: str
    agency_code: str
    agency_name: str
    form_name: str
    period_label: str
    reminded_on: date
    state: str = SENT
    reason: str = ""


@dataclass(frozen=True)
class Item:
    """A line of `mart.submission`, with the reminders of it in their order."""

    row: Mapping[str, Any]
    reminders: tuple[Reminder, ...] = ()

    @property
    def contested(self) -> Reminder | None:
        """The reminder that the agency contests and nobody has settled."""
        return next((one for one in self.reminders if one.state == CONTESTED), None)

    @property
    def times(self) -> int:
        """How often it was reminded of, withdrawn reminders left out."""
        return sum(one.state != WITHDRAWN for one in self.reminders)


@dataclass(frozen=True)
class Ledger:
    """The items and reminders, and the log they were read with."""

    items: tuple[Item, ...]
    reminders: tuple[Reminder, ...]
    log: Log = field(default_factory=Log)

    def letters(self, agency: str, year: int) -> tuple[int, int]:
        """Count an agency's letters of a year: (not withdrawn, of these counted).

        A letter counts once something in it stands uncontested.
        """
        of_year = [
            one
            for one in self.reminders
            if (one.agency_code, one.reminded_on.year) == (agency, year) and one.state != WITHDRAWN
        ]
        counted = {one.letter_id for one in of_year if one.state != CONTESTED}
        return len({one.letter_id for one in of_year}), len(counted)


def read_ledger(settings: Settings) -> Ledger:
    """Read what is owed, the latest first.

    Raises:
        UserError: nothing is published, or by a version without the ledger.
    """
    rows = published(settings, "submission", "sổ đôn đốc")
    return overlay(rows, read_log(settings.lake))


def overlay(rows: list[dict[str, Any]], log: Log) -> Ledger:
    """Lay the decisions of a log over the lines of `mart.submission`."""
    reminders = tuple(_fold(log).values())
    by_item: dict[str, list[Reminder]] = {}
    for one in reminders:
        by_item.setdefault(one.submission_id, []).append(one)
    items = [_item(row, tuple(by_item.get(row["submission_id"], ()))) for row in rows]
    items.sort(key=lambda item: (-item.row["days_late"], item.row["due_date"], str(item.row)))
    return Ledger(tuple(items), reminders, log)


def _fold(log: Log) -> dict[str, Reminder]:
    found: dict[str, Reminder] = {}
    for entry in log.entries:
        if entry.action == "remind":
            found |= {one.id: one for one in _told_in(entry)}
        elif entry.action in _BY_ACTION and entry.issue_id in found:
            before = found[entry.issue_id]
            reason = entry.reason if entry.action == "contest" else before.reason
            state = _BY_ACTION[entry.action]
            found[before.id] = replace(before, state=state, reason=reason)
    return found


def _told_in(entry: Entry) -> list[Reminder]:
    letter = json.loads(entry.subject or "{}")
    return [
        Reminder(
            id=item["reminder_id"],
            submission_id=item["submission_id"],
            letter_id=entry.issue_id,
            agency_code=letter["agency_code"],
            agency_name=letter["agency_name"],
            form_name=item["form_name"],
            period_label=item["period_label"],
            reminded_on=entry.decided_at.astimezone(VIET_NAM).date(),
        )
        for item in letter["items"]
    ]


def _item(row: dict[str, Any], reminders: tuple[Reminder, ...]) -> Item:
    item = Item(row, reminders)
    contested = item.contested
    now = {
        "reminders_sent": item.times,
        "last_reminded_on": max((one.reminded_on for one in reminders), default=None),
        "is_contested": contested is not None,
        "contest_reason": contested.reason if contested else None,
    }
    return Item(row | now, reminders)
