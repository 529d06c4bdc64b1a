"""Who is told what about the monthly report."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from pipelines.editions import Edition
from pipelines.outbox import Message, put, store
from pipelines.outbox.recipients import Recipient, recipients
from pipelines.reporting import wording
from pipelines.reporting.blockers import Blocker, blockers
from pipelines.reporting.calendar import FINAL, Month
from pipelines.settings import Settings
from pipelines.steward.inbox import VIET_NAM


def tell_missing(settings: Settings, month: Month, step: str) -> bool:
    """Tell each agency what it still owes the report, and the operators all of it; once a step.

    Returns:
        Whether this look was new.
    """
    if is_looked(settings, month, step):
        return False
    lacking = blockers(settings, month.period)
    put(settings, _missing(settings, month, step, lacking))
    with store.opened(settings) as db:
        store.beat(db, _look(month, step), settings.clock())
    return True


def is_looked(settings: Settings, month: Month, step: str) -> bool:
    """Tell whether a look at what is missing was taken."""
    with store.opened(settings) as db:
        return store.has_beaten(db, _look(month, step))


def tell_edition(settings: Settings, month: Month, edition: Edition) -> int:
    """Send an edition to those who get it: finals to all of them, drafts to who reads drafts.

    Returns:
        How many messages were new.
    """
    is_final = edition.kind == FINAL
    subject = wording.edition_subject(month, edition.number, is_final)
    body = wording.edition_body(month, edition.data_as_of, is_final)
    key = f"report:{month.period}:{edition.kind}:{edition.number}"
    told = readers(settings, is_final)
    return put(settings, [Message(key, one.name, subject, body, edition.files) for one in told])


def readers(settings: Settings, is_final: bool) -> list[Recipient]:
    """Give who gets editions: finals go to all of them, drafts to who reads drafts."""
    wanted = ("draft", "final") if is_final else ("draft",)
    return [one for one in recipients(settings) if one.report in wanted]


def tell_stopped(
    settings: Settings, month: Month, reason: str, responsible: str, now: datetime, is_late: bool
) -> None:
    """Warn that the report cannot be made: operators and the agency; leaders when it is late."""
    digest = hashlib.sha256(reason.encode()).hexdigest()[:8]
    day = now.astimezone(VIET_NAM).date()
    key = f"report:{month.period}:stopped:{day}:{digest}"
    owing = {one.agency_code for one in blockers(settings, month.period) if one.is_blocking}
    warned = [
        one
        for one in recipients(settings)
        if one.is_operator or (is_late and one.is_leader) or owing & set(one.agency_codes)
    ]
    subject, body = wording.stopped_subject(month), wording.stopped_body(month, reason, responsible)
    put(settings, [Message(key, one.name, subject, body) for one in warned])


def _missing(
    settings: Settings, month: Month, step: str, lacking: list[Blocker]
) -> Iterator[Message]:
    for one in recipients(settings):
        theirs = _theirs(one, lacking)
        if theirs or one.is_operator:
            subject = wording.look_subject(month, step, len(theirs))
            yield Message(_look(month, step), one.name, subject, wording.look_body(month, theirs))


def _theirs(one: Recipient, lacking: list[Blocker]) -> list[Blocker]:
    if one.is_operator:
        return lacking
    return [blocker for blocker in lacking if blocker.agency_code in one.agency_codes]


def _look(month: Month, step: str) -> str:
    return f"report:{month.period}:{step}"
