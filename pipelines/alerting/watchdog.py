"""The watchdog: it speaks when the jobs that tell of alerts are silent or messages are stuck."""

import os
import sqlite3
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from pipelines.errors import UserError
from pipelines.outbox import Message, deliver, put, store
from pipelines.outbox.recipients import recipients
from pipelines.screen_errors import err
from pipelines.settings import Settings
from pipelines.steward.inbox import VIET_NAM

# the scheduler looks every minute, and the chain runs once a day
_PROMISES = {
    "deliver": (timedelta(minutes=5), "Việc gửi tin", "kiểm tra `kho serve` còn chạy không"),
    "tell": (timedelta(hours=26), "Việc xét cảnh báo mới", "chạy `kho run` và xem vì sao hỏng"),
}
_LONGEST_WAIT = timedelta(hours=1)
_HEARTBEAT_SECONDS = 10


@dataclass(frozen=True)
class Trouble:
    """Something that a person must look at.

    Attributes:
        what: which trouble, the same for as long as it lasts.
        words: what is wrong and what to do, in Vietnamese.
    """

    what: str
    words: str


def look(settings: Settings) -> list[Trouble]:
    """Look once: tell the operators of each new trouble, or the outer watchdog that all is well.

    Returns:
        What is wrong now; [] also where nobody is to be told of anything.

    Raises:
        UserError: `recipients.yaml` is wrong.
    """
    people = recipients(settings)
    if not people:
        return []
    with store.opened(settings) as db, store.writing(db):
        found = _troubles(db, settings.clock())
        since = _episodes(db, found, settings.clock())
    messages = [
        Message(
            f"watchdog:{trouble.what}:{since[trouble.what]}",
            recipient.name,
            f"Kho dữ liệu số cần người xem: {trouble.words.partition(';')[0]}",
            trouble.words,
        )
        for recipient in people
        if recipient.is_operator
        for trouble in found
    ]
    if put(settings, messages):
        # without a heartbeat, which would make a silent job look alive
        deliver(settings, is_job=False)
    if not found:
        _report_well()
    return found


def keep_looking(settings: Settings, seconds: int) -> NoReturn:
    """Look again and again; what is wrong with the machinery itself does not end it."""
    said: list[str] = []
    while True:
        before = said
        try:
            said = [trouble.words for trouble in look(settings)]
        except (UserError, sqlite3.Error, OSError) as error:
            said = [str(error)]
        for words in said:
            if words not in before:
                err.print(words, soft_wrap=True, markup=False)
        time.sleep(seconds)


def _troubles(db: store.Database, now: datetime) -> list[Trouble]:
    return [*_silent_jobs(db, now), *_stuck_messages(db, now)]


def _silent_jobs(db: store.Database, now: datetime) -> list[Trouble]:
    beats = {row["job"]: store.instant(row["at"]) for row in db.execute("select * from beat")}
    found = []
    for job, (promise, title, remedy) in _PROMISES.items():
        at = beats.get(job)
        # a job that never ran has not begun its promise
        if at is not None and now - at > promise:
            said = f"{title} im lặng từ {at.astimezone(VIET_NAM):%H:%M %d/%m/%Y}; {remedy}"
            found.append(Trouble(job, said))
    return found


def _stuck_messages(db: store.Database, now: datetime) -> list[Trouble]:
    late = store.stamp(now - _LONGEST_WAIT)
    waiting, note = db.execute(
        "select count(*), max(note) from message where state = 'waiting' and put_at < ?", (late,)
    ).fetchone()
    unsure = store.count(db, "unsure")
    found = []
    if waiting:
        why = f" ({note})" if note else ""
        said = f"{waiting} tin chờ hơn một giờ{why}; xem `kho alert outbox`"
        found.append(Trouble("waiting", said))
    if unsure:
        said = f"{unsure} tin không rõ đã đến chưa; xem `kho alert outbox` rồi resend hoặc settle"
        found.append(Trouble("unsure", said))
    return found


def _episodes(db: store.Database, found: list[Trouble], now: datetime) -> dict[str, str]:
    """Give since when each trouble lasts; what is over is forgotten, so it can begin anew."""
    before = {row["what"]: row["since"] for row in db.execute("select * from episode")}
    since = {trouble.what: before.get(trouble.what, store.stamp(now)) for trouble in found}
    db.execute("delete from episode")
    db.executemany("insert into episode values (?, ?)", since.items())
    return since


def _report_well() -> None:
    """Touch the outer dead man's switch; its address is a secret, so failures are not told."""
    url = os.environ.get("KHO_HEARTBEAT_URL", "")
    if not url:
        return
    import httpx

    from pipelines.outbox.channels import unlogged

    with unlogged():
        try:
            httpx.get(url, timeout=_HEARTBEAT_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL):
            return
