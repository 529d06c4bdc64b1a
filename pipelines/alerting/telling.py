"""Who is told of which change of which alert: each change once to each recipient."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pipelines.alerting import silences
from pipelines.alerting.changes import Change, Kind, change_id, recent_changes
from pipelines.alerting.silences import Silence
from pipelines.alerting.wording import body, subject
from pipelines.outbox import Message, store
from pipelines.outbox.message import add
from pipelines.outbox.recipients import Recipient, recipients
from pipelines.settings import Settings
from pipelines.steward.inbox import VIET_NAM, today
from pipelines.steward.log import read_log

TOLD, KNOWN, HELD, DROPPED = "told", "known", "held", "dropped"
_LEVELS = {"warn": ("warn", "alarm"), "alarm": ("alarm",), "none": ()}


@dataclass
class Plan:
    """What one recipient is told now, and what is noted besides.

    Attributes:
        recipient: whom.
        tell: the changes that go out, in the order in which they became known.
        note: what else becomes of changes, by their ids.
    """

    recipient: Recipient
    tell: list[Change] = field(default_factory=list)
    note: dict[str, str] = field(default_factory=dict)


def tell(settings: Settings) -> int:
    """Put what is new about alerts into the outbox.

    Returns:
        How many messages were put.

    Raises:
        UserError: nothing is published, or `recipients.yaml` is wrong.
    """
    people = recipients(settings)
    if not people:
        return 0
    with store.opened(settings) as db:
        changes = recent_changes(settings, _held(db))
        with store.writing(db):
            number = sum(
                _told(db, settings, plan) for plan in _plans(db, settings, people, changes)
            )
            store.beat(db, "tell", settings.clock())
    return number


def planned(settings: Settings) -> list[Message]:
    """Give the messages that `tell` would put now, without putting them."""
    people = recipients(settings)
    if not people:
        return []
    with store.opened(settings) as db:
        changes = recent_changes(settings, _held(db))
        plans = _plans(db, settings, people, changes)
        return [message for plan in plans for message in _messages(plan)]


def _held(db: store.Database) -> set[str]:
    rows = db.execute("select distinct change from told where how = ?", (HELD,))
    return {row["change"] for row in rows}


def _plans(
    db: store.Database, settings: Settings, people: Iterable[Recipient], changes: Sequence[Change]
) -> list[Plan]:
    quiet = silences.in_force(read_log(settings.lake), today(settings))
    return [_plan(db, recipient, changes, quiet) for recipient in people]


def _plan(
    db: store.Database, recipient: Recipient, changes: Sequence[Change], quiet: Sequence[Silence]
) -> Plan:
    plan = Plan(recipient)
    before = _noted(db, recipient, changes)
    is_new = not db.execute(
        "select 1 from listener where recipient = ?", (recipient.name,)
    ).fetchone()
    told = {change for change, how in before.items() if how == TOLD}
    for change in changes:
        how = before.get(change.id)
        if how not in (None, HELD) or not _concerns(recipient, change, told):
            continue
        if is_new:
            plan.note[change.id] = KNOWN
        elif any(silence.fits(change.alert) for silence in quiet):
            plan.note[change.id] = HELD
        elif how == HELD and change.is_over:
            plan.note[change.id] = DROPPED
        else:
            plan.tell.append(change)
            told.add(change.id)
    gone = {change for change, how in before.items() if how == HELD}
    plan.note |= dict.fromkeys(gone - {change.id for change in changes}, DROPPED)
    return plan


def _noted(db: store.Database, recipient: Recipient, changes: Sequence[Change]) -> dict[str, str]:
    """Give what was noted of these changes, of their alerts' firing, and of all that is held."""
    asked = {change.id for change in changes}
    asked |= {change_id(change.alert["alert_id"], Kind.firing) for change in changes}
    rows = db.execute(
        "select change, how from told where recipient = ? "
        "and (how = ? or change in (select value from json_each(?)))",
        (recipient.name, HELD, json.dumps(sorted(asked))),
    )
    return {row["change"]: row["how"] for row in rows}


def _concerns(recipient: Recipient, change: Change, told: Collection[str]) -> bool:
    """Tell whether a change is for a recipient; an end is for those who were told the beginning."""
    alert = change.alert
    if change.kind not in (Kind.firing, Kind.escalated):
        return change_id(alert["alert_id"], Kind.firing) in told
    codes = recipient.agency_codes
    if codes and alert["responsible_code"] not in codes:
        return False
    if change.kind is Kind.escalated:
        return recipient.is_leader
    return alert["level"] in _LEVELS[recipient.level]


def _told(db: store.Database, settings: Settings, plan: Plan) -> int:
    now = store.stamp(settings.clock())
    number = add(db, settings, _messages(plan))
    notes = plan.note | {change.id: TOLD for change in plan.tell}
    db.executemany(
        "insert or replace into told values (?, ?, ?, ?)",
        [(change, plan.recipient.name, how, now) for change, how in notes.items()],
    )
    db.execute("insert or ignore into listener values (?, ?)", (plan.recipient.name, now))
    return number


def _messages(plan: Plan) -> list[Message]:
    """Write one message for what one source raised in one day, and one for a day's escalations."""
    groups = groupby(sorted(plan.tell, key=_group), key=_group)
    return [_message(plan.recipient, list(changes)) for _, changes in groups]


def _group(change: Change) -> tuple[str, str]:
    day = change.at.astimezone(VIET_NAM).date().isoformat()
    is_escalated = change.kind is Kind.escalated
    return day, "" if is_escalated else change.alert["source_code"]


def _message(recipient: Recipient, changes: Sequence[Change]) -> Message:
    ids = "\n".join(sorted(change.id for change in changes))
    key = f"alert:{hashlib.sha256(ids.encode()).hexdigest()}"
    return Message(key, recipient.name, subject(changes), body(changes))
