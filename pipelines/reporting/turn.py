"""A turn of the monthly report: what is due is done, once, whoever asks and however often."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pipelines.editions import Edition, EditionBlocked, editions, make_edition
from pipelines.errors import UserError
from pipelines.outbox import deliver
from pipelines.reporting import telling
from pipelines.reporting.calendar import DRAFT, DUE, FINAL, Month, in_preparation, months
from pipelines.reporting.record import note_sent, sent_editions
from pipelines.settings import Settings

NOBODY = "chưa ai có `report: final` trong recipients.yaml"


@dataclass(frozen=True)
class Turn:
    """What a turn did.

    Attributes:
        did: one Vietnamese sentence per thing done.
        trouble: why something due could not be done, '' when all is well.
        is_busy: whether another turn is at work, so that this one did nothing.
    """

    did: tuple[str, ...] = ()
    trouble: str = ""
    is_busy: bool = False


def take_turn(settings: Settings) -> Turn:
    """Do what is due of the monthly report.

    An edition that was made and not sent, because a turn was killed between the two, is sent by the
    next one; the outbox takes each message once.

    Args:
        settings: which home; its clock says what is due.

    Raises:
        UserError: nothing is published, or `recipients.yaml` is wrong.
    """
    with _alone(settings) as is_alone:
        if not is_alone:
            return Turn(is_busy=True)
        now = settings.clock()
        before, present = in_preparation(months(settings), now)
        did: list[str] = []
        trouble = ""
        for month in (before, present):
            if month and (month is present or _is_left_over(settings, month, present, now)):
                trouble = _serve(settings, month, now, did) or trouble
    if did or trouble:
        deliver(settings, is_job=False)
    return Turn(tuple(did), trouble)


def is_due(settings: Settings) -> bool:
    """Tell whether a turn would do something; it looks without making anything.

    Raises:
        UserError: nothing is published.
    """
    now = settings.clock()
    before, present = in_preparation(months(settings), now)
    if before and _is_left_over(settings, before, present, now):
        return True
    if present is None or _is_done(settings, present):
        return False
    look = present.last_look(now)
    return (
        present.is_begun(FINAL, now)
        or (present.is_begun(DRAFT, now) and not _drafts(settings, present))
        or bool(look and not telling.is_looked(settings, present, look))
    )


def send_edition(settings: Settings, month: Month, edition: Edition) -> int:
    """Hand a final edition to everybody who gets it, and write that down.

    Returns:
        How many messages were new.
    """
    count = telling.tell_edition(settings, month, edition)
    note_sent(settings, edition)
    return count


def _serve(settings: Settings, month: Month, now: datetime, did: list[str]) -> str:
    """Do what is due of one month; give why it could not all be done, '' when it could."""
    if _is_done(settings, month):
        return ""
    look = month.last_look(now)
    if look and telling.tell_missing(settings, month, look):
        did.append(f"{month.names[look].lower()} tháng {month.label}")
    try:
        if month.is_begun(FINAL, now):
            _finish(settings, month, now, did)
        elif month.is_begun(DRAFT, now) and not _drafts(settings, month):
            draft = make_edition(settings, month.period, DRAFT, now)
            telling.tell_edition(settings, month, draft)
            did.append(f"lập dự thảo {draft.number} tháng {month.label}")
    except Exception as error:
        return _warn(settings, month, now, error)
    return ""


def _finish(settings: Settings, month: Month, now: datetime, did: list[str]) -> None:
    made = _finals(settings, month)
    edition = made[-1] if made else make_edition(settings, month.period, FINAL, now)
    if not telling.readers(settings, is_final=True):
        did.append(f"chốt báo cáo tháng {month.label}; chưa gửi: {NOBODY}")
        return
    send_edition(settings, month, edition)
    did.append(f"chốt và gửi báo cáo tháng {month.label}")


def _warn(settings: Settings, month: Month, now: datetime, error: Exception) -> str:
    """Tell those who must act, once a day and reason; whatever broke, somebody hears of it."""
    if isinstance(error, EditionBlocked):
        reason, responsible = error.reason, error.responsible
    else:
        crash = f"Lập báo cáo bị hỏng ({type(error).__name__}: {error})"
        reason = str(error).rstrip(".") if isinstance(error, UserError) else crash
        responsible = "người trực kho dữ liệu"
    telling.tell_stopped(settings, month, reason, responsible, now, month.is_begun(DUE, now))
    return reason


def _drafts(settings: Settings, month: Month) -> list[Edition]:
    return [one for one in editions(settings, month.period) if one.kind == DRAFT]


def _finals(settings: Settings, month: Month) -> list[Edition]:
    return [one for one in editions(settings, month.period) if one.kind == FINAL]


def _is_done(settings: Settings, month: Month) -> bool:
    """Tell whether the final edition went out, or lies ready where nobody is to get it."""
    if sent_editions(settings, month.period):
        return True
    return bool(_finals(settings, month)) and not telling.readers(settings, is_final=True)


def _is_left_over(settings: Settings, month: Month, present: Month | None, now: datetime) -> bool:
    """Tell whether a month was begun and never sent, and the next has not begun.

    A new warehouse owes no earlier month.
    """
    if present and present.last_look(now):
        return False
    return bool(editions(settings, month.period)) and not _is_done(settings, month)


@contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """Hold the turn's lock for the block, or tell that somebody else has it."""
    from filelock import FileLock, Timeout

    settings.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.state / "reporting.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
