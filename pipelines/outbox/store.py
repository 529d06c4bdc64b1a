"""The outbox on disk: one SQLite file and the attachments beside it.

It lies with the lake, because nothing else knows what was already sent.
"""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.files import sync_folder
from pipelines.settings import Settings

Database = sqlite3.Connection
_BUSY_SECONDS = 30
_LONGEST_PAUSE = timedelta(minutes=30)
_TABLES = """
create table if not exists message (
    id integer primary key autoincrement,
    key text not null,
    recipient text not null,
    subject text not null,
    body text not null,
    -- waiting, handing, sent, refused, unsure, settled
    state text not null,
    tries integer not null default 0,
    note text not null default '',
    put_at text not null,
    changed_at text not null,
    unique (key, recipient)
);
create index if not exists message_open on message (recipient, id) where state = 'waiting';
create table if not exists attachment (
    message_id integer not null references message (id),
    number integer not null,
    name text not null,
    content text not null,
    primary key (message_id, number)
);
create table if not exists pause (
    what text primary key, tries integer not null, until text not null
);
create table if not exists beat (job text primary key, at text not null);
create table if not exists episode (what text primary key, since text not null);
-- what was told to whom: sent, known before they were a recipient, held or dropped by a silence
create table if not exists told (
    change text not null, recipient text not null, how text not null, at text not null,
    primary key (change, recipient)
);
create table if not exists listener (recipient text primary key, since text not null);
"""


def folder(settings: Settings) -> Path:
    """Give the outbox's folder."""
    return settings.lake / "_outbox"


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the outbox, made when missing; statements outside `writing` commit by themselves."""
    path = folder(settings) / "outbox.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        # with FULL a power cut may take a commit back, and a message would go twice
        db.execute("pragma synchronous = extra")
        db.executescript(_TABLES)
        yield db


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """Make what happens inside one transaction."""
    db.execute("begin immediate")
    try:
        yield
    except BaseException:
        db.execute("rollback")
        raise
    db.execute("commit")


def stamp(instant: datetime) -> str:
    """Write an instant so that texts sort as instants do (UTC)."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def instant(text: str) -> datetime:
    """Read what `stamp` wrote."""
    return datetime.fromisoformat(text)


def keep_file(settings: Settings, path: Path) -> str:
    """Copy a file beside the database.

    Returns:
        The SHA-256 of its content, hexadecimal, which is its name there.
    """
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    kept = folder(settings) / "files" / digest
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_name(f".{digest}.{os.getpid()}")
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(kept)
        sync_folder(kept.parent)
    return digest


@contextmanager
def named_copies(db: Database, settings: Settings, number: int) -> Iterator[list[Path]]:
    """Lay a message's attachments out under the names they came with."""
    rows = db.execute(
        "select number, name, content from attachment where message_id = ? order by number",
        (number,),
    ).fetchall()
    place = folder(settings) / "handing"
    shutil.rmtree(place, ignore_errors=True)
    try:
        yield [_copied(settings, place / str(row["number"]), row) for row in rows]
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _copied(settings: Settings, place: Path, row: sqlite3.Row) -> Path:
    place.mkdir(parents=True)
    target = place / row["name"]
    shutil.copyfile(folder(settings) / "files" / row["content"], target)
    return target


def change_state(db: Database, number: int, state: str, now: datetime, note: str = "") -> None:
    """Write what became of a message; durable when it returns."""
    db.execute(
        "update message set state = ?, note = ?, changed_at = ? where id = ?",
        (state, note, stamp(now), number),
    )


def note_try(db: Database, number: int, now: datetime, note: str) -> None:
    """Write that a message could not be handed over and waits on."""
    db.execute(
        "update message set state = 'waiting', tries = tries + 1, note = ?, changed_at = ? "
        "where id = ?",
        (note, stamp(now), number),
    )


def doubt_the_dead(db: Database, now: datetime, note: str) -> None:
    """Mark what a killed sender was handing over; the caller holds the senders' lock."""
    db.execute(
        "update message set state = 'unsure', note = ?, changed_at = ? where state = 'handing'",
        (note, stamp(now)),
    )


def with_waiting(db: Database) -> list[str]:
    """Give the recipients for whom something waits, the longest waiting first."""
    rows = db.execute(
        "select recipient from message where state = 'waiting' group by recipient order by min(id)"
    )
    return [row["recipient"] for row in rows]


def next_waiting(db: Database, recipient: str) -> sqlite3.Row | None:
    """Give the first message that waits for a recipient."""
    found: sqlite3.Row | None = db.execute(
        "select * from message where recipient = ? and state = 'waiting' order by id limit 1",
        (recipient,),
    ).fetchone()
    return found


def count(db: Database, state: str) -> int:
    """Count the messages in a state."""
    found = db.execute("select count(*) from message where state = ?", (state,)).fetchone()
    return int(found[0])


def pause(db: Database, what: str, now: datetime) -> None:
    """Leave a channel or a recipient alone for 1, 2, 4 … at most 30 minutes."""
    row = db.execute("select tries from pause where what = ?", (what,)).fetchone()
    tries = row["tries"] + 1 if row else 1
    until = now + min(timedelta(minutes=2 ** min(tries - 1, 10)), _LONGEST_PAUSE)
    db.execute("insert or replace into pause values (?, ?, ?)", (what, tries, stamp(until)))


def is_paused(db: Database, what: str, now: datetime) -> bool:
    """Tell whether something is to be left alone still."""
    row = db.execute("select until from pause where what = ?", (what,)).fetchone()
    return row is not None and stamp(now) < row["until"]


def resume(db: Database, *whats: str) -> None:
    """Forget that these failed."""
    for what in whats:
        db.execute("delete from pause where what = ?", (what,))


def beat(db: Database, job: str, now: datetime) -> None:
    """Note that a job has done its turn."""
    db.execute("insert or replace into beat values (?, ?)", (job, stamp(now)))


def has_beaten(db: Database, job: str) -> bool:
    """Tell whether a job ever noted a turn."""
    return db.execute("select 1 from beat where job = ?", (job,)).fetchone() is not None
