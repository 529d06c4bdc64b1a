"""Which rows set aside a steward has decided about, so that nobody is asked again."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipelines.steward.log import Entry, Log
from pipelines.steward.state import ACCEPTED, MUTED, states

# as the macro rules_of_the_number says: an answer replaces nothing but the number
_NUMBER_RULES = {"value_present", "value_plausible", "number_finite", "number_impossible"}
_MONTH_STARTS = timedelta(days=15)


def score_month(published_on: date) -> date:
    """Give the first day of the month that a delivery counts for, as the macro delivery_month does.

    Args:
        published_on: when the delivery was published.
    """
    return (published_on - _MONTH_STARTS).replace(day=1)


@dataclass(frozen=True)
class Question:
    """A row set aside by a rule; `record` is the row whole."""

    source: str
    published_on: date
    table: str
    address: str
    rule_id: str
    record: Mapping[str, Any]

    @property
    def issue_id(self) -> str:
        """The id that the inbox gives to it (models dq_judgement and dq_finding_row)."""
        month = score_month(self.published_on)
        key = f"{self.source}|{self.rule_id}|{month}|{self.table}|{self.address}"
        return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()


class Settled:
    """The decisions in force on a day.

    Args:
        log: the decisions.
        today: the local day; a silence that ended before counts no more.
    """

    def __init__(self, log: Log, today: date) -> None:
        self._states = states(log.entries, today)
        # an answer stands until its issue is reopened, whatever else is decided after it
        words = {e.issue_id: e for e in log.entries if e.action in ("answer", "reopen")}
        self._answers = {key: entry for key, entry in words.items() if entry.action == "answer"}
        self._rules = [entry for entry in self._answers.values() if entry.scope == "always"]

    def __contains__(self, asked: Question) -> bool:
        """Whether the issue is accepted, muted or answered."""
        known = self._states.get(asked.issue_id)
        if known and known.state in (ACCEPTED, MUTED):
            return True
        if asked.rule_id not in _NUMBER_RULES:
            return False
        answer = self._answers.get(asked.issue_id)
        # another text in the same cell is another question
        if answer and answer.expect == asked.record.get("value_text"):
            return True
        return any(_fits(rule, asked) for rule in self._rules)


def _fits(rule: Entry, asked: Question) -> bool:
    subject = json.loads(rule.subject or "{}")
    place = asked.record
    return (
        rule.expect == place.get("value_text")
        and subject.get("source_code") == asked.source
        and bool(subject.get("item_path"))
        and _words(subject["item_path"]) == _words(place.get("item_path"))
        and _letters(subject.get("sheet")) == _letters(place.get("sheet"))
        and (
            not subject.get("unit_text")
            or _words(subject["unit_text"]) == _words(place.get("unit_text"))
        )
    )


def _words(text: str | None) -> str:
    folded = unicodedata.normalize("NFD", (text or "").lower().replace("đ", "d"))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(re.findall("[a-z0-9]+", bare))


def _letters(text: str | None) -> str:
    # a sheet's number changes from month to month
    return re.sub("[^a-z]+", "", _words(text))
