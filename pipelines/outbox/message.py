"""What is to be told to somebody, and putting it into the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.outbox import store
from pipelines.settings import Settings


@dataclass(frozen=True)
class Message:
    """A message to one recipient.

    Attributes:
        key: what it tells, unique per recipient: sent once however often it is put.
        recipient: name in `recipients.yaml`.
        subject: one line.
        body: plain Vietnamese text.
        attachments: files; they are copied into the outbox when put.
    """

    key: str
    recipient: str
    subject: str
    body: str
    attachments: tuple[Path, ...] = ()


def put(settings: Settings, messages: Iterable[Message]) -> int:
    """Write messages into the outbox; they are durable when it returns.

    Args:
        settings: which home.
        messages: in the order in which each recipient shall get them.

    Returns:
        How many were new.
    """
    with store.opened(settings) as db, store.writing(db):
        return add(db, settings, messages)


def add(db: store.Database, settings: Settings, messages: Iterable[Message]) -> int:
    """Write messages inside a transaction of the caller; see `put`."""
    now = store.stamp(settings.clock())
    return sum(_add_one(db, settings, message, now) for message in messages)


def _add_one(db: store.Database, settings: Settings, message: Message, now: str) -> bool:
    found = db.execute(
        "insert into message (key, recipient, subject, body, state, put_at, changed_at) "
        "values (?, ?, ?, ?, 'waiting', ?, ?) on conflict (key, recipient) do nothing returning id",
        (message.key, message.recipient, message.subject, message.body, now, now),
    ).fetchone()
    if found is None:
        return False
    for number, path in enumerate(message.attachments):
        content = store.keep_file(settings, path)
        db.execute(
            "insert into attachment values (?, ?, ?, ?)", (found["id"], number, path.name, content)
        )
    return True
