"""Trying everything that is due: once, in order per recipient, whatever the channels do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pipelines.outbox import store
from pipelines.outbox.channels import NoChannelError, address, service, unlogged
from pipelines.outbox.dropping import is_drop, lay_down
from pipelines.outbox.handing import Fate, hand_over
from pipelines.outbox.recipients import Recipient, recipients
from pipelines.settings import Settings

_KILLED = "bị dừng khi tin đang đi, không rõ đã đến chưa"


@dataclass(frozen=True)
class Delivered:
    """What a turn did, and what is left.

    Attributes:
        sent: messages handed over in this turn.
        refused: messages that their channel refused for good in this turn.
        waiting: messages that wait after it.
        unsure: messages of which nobody knows whether they arrived.
        is_busy: whether another sender is at work, so that this turn did nothing.
    """

    sent: int = 0
    refused: int = 0
    waiting: int = 0
    unsure: int = 0
    is_busy: bool = False


def deliver(settings: Settings, is_job: bool = True) -> Delivered:
    """Try every message that is due.

    A later message waits for an earlier one of the same recipient, but not for one that was
    refused or is unsure. A channel that fails is left alone for the rest of the turn.

    Args:
        settings: which home.
        is_job: whether this is the job whose silence the watchdog hears.

    Raises:
        UserError: `recipients.yaml` is wrong.
    """
    known = {recipient.name: recipient for recipient in recipients(settings)}
    with store.opened(settings) as db, _alone(settings) as is_alone:
        if not is_alone:
            return _left(db, 0, 0, is_busy=True)
        store.doubt_the_dead(db, settings.clock(), _KILLED)
        turn = _Turn(db, settings)
        for name in store.with_waiting(db):
            turn.serve(name, known.get(name))
        if is_job:
            store.beat(db, "deliver", settings.clock())
        return _left(db, turn.sent, turn.refused)


def is_idle(settings: Settings) -> bool:
    """Tell whether no message is due; then the delivering has done its turn by looking.

    Raises:
        UserError: `recipients.yaml` is wrong.
    """
    known = {recipient.name: recipient for recipient in recipients(settings)}
    with store.opened(settings) as db:
        waited_for = [known[name] for name in store.with_waiting(db) if name in known]
        now = settings.clock()
        if store.count(db, "handing") or not all(_is_paused(db, who, now) for who in waited_for):
            return False
        store.beat(db, "deliver", now)
        return True


def _subjects(recipient: Recipient) -> tuple[str, str]:
    """Name what may be left alone for a while: the recipient, and the channel."""
    return f"recipient:{recipient.name}", f"channel:{recipient.channel}"


def _is_paused(db: store.Database, recipient: Recipient, now: datetime) -> bool:
    return any(store.is_paused(db, what, now) for what in _subjects(recipient))


def _left(db: store.Database, sent: int, refused: int, is_busy: bool = False) -> Delivered:
    return Delivered(sent, refused, store.count(db, "waiting"), store.count(db, "unsure"), is_busy)


@contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """Hold the senders' lock for the block, or tell that somebody else has it."""
    from filelock import FileLock, Timeout

    lock = FileLock(store.folder(settings) / "sending.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


class _Turn:
    """One turn of the only sender."""

    def __init__(self, db: store.Database, settings: Settings) -> None:
        self._db = db
        self._settings = settings
        self.sent = self.refused = 0

    def serve(self, name: str, recipient: Recipient | None) -> None:
        """Hand one recipient their messages until none is left or one cannot go now."""
        while message := store.next_waiting(self._db, name):
            if recipient is None:
                note = "người nhận không còn trong recipients.yaml"
                store.note_try(self._db, message["id"], self._now(), note)
                return
            if _is_paused(self._db, recipient, self._now()):
                return
            with unlogged():
                fate, note = self._handed(message, recipient)
            if not self._written(message["id"], fate, note, recipient):
                return

    def _now(self) -> datetime:
        return self._settings.clock()

    def _handed(self, message: sqlite3.Row, recipient: Recipient) -> tuple[Fate, str]:
        try:
            if is_drop(address(recipient)):
                return self._laid_down(message, recipient)
            made = service(recipient, receipt(message))
        except NoChannelError as error:
            return Fate.down, str(error)
        number = message["id"]

        def leaving() -> None:
            store.change_state(self._db, number, "handing", self._now())

        with store.named_copies(self._db, self._settings, number) as files:
            return hand_over(made, message["subject"], message["body"], files, leaving)

    def _laid_down(self, message: sqlite3.Row, recipient: Recipient) -> tuple[Fate, str]:
        letter = f"{message['subject']}\n\n{message['body']}\n"
        with store.named_copies(self._db, self._settings, message["id"]) as files:
            return lay_down(self._settings, address(recipient), message["key"], letter, files)

    def _written(self, number: int, fate: Fate, note: str, recipient: Recipient) -> bool:
        """Write what became of a message; tell whether the next one may go."""
        of_recipient, of_channel = _subjects(recipient)
        if fate in (Fate.later, Fate.down):
            store.note_try(self._db, number, self._now(), note)
            store.pause(self._db, of_channel if fate is Fate.down else of_recipient, self._now())
            return False
        store.change_state(self._db, number, fate.value, self._now(), note)
        if fate is Fate.unsure:
            # the connection broke: others would break too
            store.pause(self._db, of_channel, self._now())
            return False
        store.resume(self._db, of_recipient, of_channel)
        self.sent += fate is Fate.sent
        self.refused += fate is Fate.refused
        return True


def receipt(message: sqlite3.Row) -> str:
    """Give the name that a message carries in its header `Idempotency-Key`."""
    return f"kho-{message['id']}-{message['put_at'][:19]}"
