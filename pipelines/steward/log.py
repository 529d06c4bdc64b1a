"""The log of decisions: an append-only file in which each line seals the one before.

A line is canonical JSON whose `hash` is the SHA-256 of the rest, the hash of the line before
included; so a line that is changed, taken out or moved shows. A tail that is cut off shows by
comparing with the head that the publication carries.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.errors import UserError
from pipelines.files import sync_folder

Action = Literal[
    "accept",
    "mute",
    "assign",
    "answer",
    "reopen",
    "ack",
    "close",
    "remind",
    "contest",
    "uphold",
    "withdraw",
    "silence",
    "unsilence",
    "report",
]
Verdict = Literal["useful", "false"]
Scope = Literal["once", "always"]
ACTIONS: tuple[Action, ...] = get_args(Action)
_LOCK_SECONDS = 30


class Draft(BaseModel):
    """A decision before it has its place in the log.

    Args:
        issue_id: the issue, the alert, the letter, the reminder, the silence or the edition of the
            report that is decided.
        action: what is decided.
        by: who decides.
        reason: why, in their words; may be '' only where the command allows it.
        assignee: who shall mend it ('assign').
        until: last day of a silence ('mute', 'silence').
        expect: the text as printed that an answer is about ('answer').
        value: the number that it means, digits with a decimal point ('answer').
        scope: this one cell, or every time the text appears there ('answer').
        subject: where the text stands, as JSON, so that the answer outlives the issue's id; the
            whole letter ('remind'); of which alerts no messages go out ('silence'); which month and
            edition ('report').
        verdict: whether an alert was of use ('close').
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    issue_id: str
    action: Action
    by: str
    reason: str
    assignee: str | None = None
    until: date | None = None
    expect: str | None = None
    value: str | None = None
    scope: Scope | None = None
    subject: str | None = None
    verdict: Verdict | None = None


class Entry(Draft):
    """A decision in the log: its number, instant (UTC) and seals."""

    seq: int
    decided_at: datetime
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Break:
    """The first line that is not as it was written; `line` counts from 1."""

    line: int
    problem: str


@dataclass(frozen=True)
class Log:
    """What a reading found.

    Args:
        entries: the decisions before the first broken line.
        broken: that line, or nothing.
        whole_bytes: length of the file up to its last complete line.
        torn: whether an incomplete line follows, left by a kill or a full disk.
    """

    entries: tuple[Entry, ...] = ()
    broken: Break | None = None
    whole_bytes: int = 0
    torn: bool = False

    @property
    def head(self) -> str:
        """Hash of the last sound line, '' when there is none."""
        return self.entries[-1].hash if self.entries else ""


def log_file(lake: Path) -> Path:
    """Give the path of the log."""
    return lake / "_steward" / "decision.jsonl"


def read_log(lake: Path) -> Log:
    """Read the log and check every seal.

    Args:
        lake: the lake's folder.

    Returns:
        The decisions up to the first broken line; an incomplete last line is passed over.
    """
    path = log_file(lake)
    return parse(path.read_bytes()) if path.exists() else Log()


def parse(content: bytes) -> Log:
    """Check the bytes of a log; see `read_log`."""
    *lines, tail = content.split(b"\n")
    entries: list[Entry] = []
    for number, line in enumerate(lines, 1):
        found = _checked(line, entries)
        if isinstance(found, str):
            return Log(tuple(entries), Break(number, found), len(content) - len(tail), bool(tail))
        entries.append(found)
    # a kill may fall between the last letter and the line's end: then the decision is whole
    last = _checked(tail, entries) if tail else ""
    if isinstance(last, Entry):
        return Log((*entries, last), None, len(content), False)
    return Log(tuple(entries), None, len(content) - len(tail), bool(tail))


def _checked(line: bytes, before: Sequence[Entry]) -> Entry | str:
    """Give the entry of a line, or what is wrong with it."""
    try:
        content = json.loads(line)
        entry = Entry.model_validate(content)
    except (ValueError, ValidationError, RecursionError):
        return "không đọc được"
    if line != canonical(content) or entry.hash != seal(content):
        return "nội dung đã bị sửa (mã băm không khớp)"
    if entry.seq != len(before) + 1:
        return f"số thứ tự {entry.seq}, lẽ ra là {len(before) + 1} (dòng bị xoá, chèn hoặc đảo)"
    if entry.previous_hash != (before[-1].hash if before else ""):
        return "không nối tiếp dòng trước (dòng bị xoá, chèn hoặc đảo)"
    return entry


def canonical(content: dict[str, Any]) -> bytes:
    """Write JSON in the one way that is hashed: keys sorted, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def seal(content: dict[str, Any]) -> str:
    """Hash a line's content without its own hash, hexadecimal."""
    return hashlib.sha256(
        canonical({name: value for name, value in content.items() if name != "hash"})
    ).hexdigest()


def append(
    lake: Path,
    draft: Draft,
    now: datetime,
    check: Callable[[Log], None] = lambda log: None,
) -> Entry:
    """Add a decision durably; two writers wait for each other.

    Args:
        lake: the lake's folder.
        draft: the decision.
        now: UTC.
        check: called with the log under the lock; raises when the decision no longer fits.

    Returns:
        The decision as it stands in the log.

    Raises:
        UserError: the log was tampered with, or another writer never let go.
    """
    from filelock import FileLock, Timeout

    path = log_file(lake)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_suffix(".lock"), timeout=_LOCK_SECONDS):
            log = read_log(lake)
            require_sound(log)
            check(log)
            return _write(path, log, draft, now)
    except Timeout as error:
        raise UserError("Nhật ký quyết định đang bị khoá: đợi rồi chạy lại lệnh") from error


def require_sound(log: Log) -> None:
    """Refuse to go on with a log that was tampered with.

    Raises:
        UserError: names the first broken line.
    """
    if log.broken:
        raise UserError(
            f"Nhật ký quyết định hỏng từ dòng {log.broken.line}: {log.broken.problem}; "
            "khôi phục lake/_steward/decision.jsonl từ bản sao lưu rồi chạy `kho steward verify`"
        )


def _write(path: Path, log: Log, draft: Draft, now: datetime) -> Entry:
    content = {
        **draft.model_dump(mode="json"),
        "seq": len(log.entries) + 1,
        "decided_at": now.astimezone(UTC).isoformat(),
        "previous_hash": log.head,
    }
    content["hash"] = seal(content)
    is_new = not path.exists()
    with path.open("ab") as stream:
        if log.torn:
            stream.truncate(log.whole_bytes)
        stream.write(_line_end(path, log) + canonical(content) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    if is_new:
        sync_folder(path.parent)
    return Entry.model_validate(content)


def _line_end(path: Path, log: Log) -> bytes:
    """End the last line when a kill took only its end."""
    if log.torn or not log.whole_bytes:
        return b""
    with path.open("rb") as stream:
        stream.seek(log.whole_bytes - 1)
        return b"" if stream.read(1) == b"\n" else b"\n"


def cut_tail(log: Log, count: int, head: str) -> str:
    """Compare the log with the head that a publication carries.

    Args:
        log: the log as it is now.
        count: how many decisions the publication knew.
        head: hash of the last of them.

    Returns:
        What is missing, in Vietnamese; '' when nothing is.
    """
    if count > len(log.entries):
        return f"có {len(log.entries)} quyết định, lần công bố đã ghi nhận {count}: đuôi bị cắt"
    if count and log.entries[count - 1].hash != head:
        return f"quyết định số {count} khác với lần công bố đã ghi nhận: nhật ký bị viết lại"
    return ""
