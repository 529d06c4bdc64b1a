"""Silences: messages about some alerts are withheld up to a day; the alerts themselves go on."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.errors import WRONG_CALL, UserError
from pipelines.settings import Settings
from pipelines.steward.deciding import check_until
from pipelines.steward.ids import find
from pipelines.steward.inbox import today
from pipelines.steward.log import Draft, Entry, Log, append, read_log

# what a silence may name, and which columns of `mart.alert` it is compared with
COLUMNS = {
    "rule": ("rule_id",),
    "indicator": ("indicator_code",),
    "area": ("area_key", "area_name"),
    "agency": ("responsible_code",),
    "source": ("source_code",),
}
_NAMES = {
    "rule": "ngưỡng",
    "indicator": "chỉ tiêu",
    "area": "địa bàn",
    "agency": "cơ quan",
    "source": "nguồn",
}


@dataclass(frozen=True)
class Silence:
    """One silence, as it was decided.

    Attributes:
        entry: the decision; its `until` is the last silent day.
        wanted: what an alert must be, by the names of `COLUMNS`.
    """

    entry: Entry
    wanted: Mapping[str, str]

    @property
    def id(self) -> str:
        """Its id."""
        return self.entry.issue_id

    @property
    def words(self) -> str:
        """What it is about, in Vietnamese."""
        return ", ".join(f"{_NAMES[name]} {value}" for name, value in self.wanted.items())

    def fits(self, alert: Mapping[str, Any]) -> bool:
        """Tell whether an alert is one of those it is about."""
        return all(
            value in [alert[column] for column in COLUMNS[name]]
            for name, value in self.wanted.items()
        )


def in_force(log: Log, day: date) -> list[Silence]:
    """Give the silences that withhold messages on a day."""
    lifted = {entry.issue_id for entry in log.entries if entry.action == "unsilence"}
    return [
        Silence(entry, json.loads(entry.subject or "{}"))
        for entry in log.entries
        if entry.action == "silence"
        and entry.issue_id not in lifted
        and entry.until is not None
        and day <= entry.until
    ]


def silence(
    settings: Settings, wanted: Mapping[str, str | None], until: date, by: str, reason: str
) -> Silence:
    """Withhold the messages about some alerts.

    Args:
        settings: which home.
        wanted: what an alert must be, by the names of `COLUMNS`; None leaves a name aside.
        until: the last silent day, local.
        by: who decides.
        reason: why.

    Raises:
        UserError: something is missing or the day does not fit; nothing was written then.
    """
    _named(by, reason)
    named = {name: value for name, value in wanted.items() if value}
    if not named:
        names = ", ".join(f"--{name}" for name in COLUMNS)
        raise UserError(f"Phải nêu tắt tin về cái gì: {names}", WRONG_CALL)
    check_until(until, today(settings))
    subject = json.dumps(named, ensure_ascii=False, sort_keys=True)
    now = settings.clock()
    word = f"{subject}|{until}|{now.isoformat()}|{len(read_log(settings.lake).entries)}"
    draft = Draft(
        issue_id=hashlib.sha256(word.encode()).hexdigest()[:16],
        action="silence",
        by=by.strip(),
        reason=reason.strip(),
        until=until,
        subject=subject,
    )
    return Silence(append(settings.lake, draft, now), named)


def unsilence(settings: Settings, prefix: str, by: str, reason: str) -> Silence:
    """End a silence before its day.

    Raises:
        UserError: none in force has that id, or something is missing.
    """
    _named(by, reason)
    found = in_force(read_log(settings.lake), today(settings))
    chosen = find(found, prefix, "lệnh tắt tin", "kho alert silences")
    draft = Draft(issue_id=chosen.id, action="unsilence", by=by.strip(), reason=reason.strip())
    append(settings.lake, draft, settings.clock())
    return chosen


def _named(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise UserError("Phải nêu người quyết định (--by) và lý do (--reason)", WRONG_CALL)
