"""Handing one message to a channel, and knowing whether it has left.

apprise says only yes or no. Python's audit events tell when bytes leave (`smtplib.send`,
`http.client.send`, https://docs.python.org/3/library/audit_events.html), before they do; so what
left can be written down first. The answers are heard on the connections that the events name.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.outbox.channels import is_watched

_SMTP_END = b"\r\n.\r\n"
# requests that carry no message
_ASKING = (b"GET ", b"HEAD ", b"CONNECT ")
_BUSY = (429, 503)
_PERHAPS_MENDED = (401, 403, 404, 407)


class Fate(StrEnum):
    """What became of a handing over."""

    sent = "sent"
    refused = "refused"
    unsure = "unsure"
    # this recipient cannot be reached now
    later = "later"
    # nobody can be reached on this channel now
    down = "down"


class _Watch:
    """Hears one handing over.

    Args:
        leaving: called once, before the first byte of the message leaves; its failure stops it.
    """

    def __init__(self, leaving: Callable[[], None]) -> None:
        self._leaving = leaving
        self.has_left = False
        self.trouble: Exception | None = None
        self.step = "connect"
        self.smtp: dict[str, int] = {}
        self.requests = 0
        self.http: list[int] = []

    def leave(self) -> None:
        if self.has_left:
            return
        try:
            self._leaving()
        except Exception as error:
            self.trouble = error
            raise
        self.has_left = True

    def connects_smtp(self, connection: Any) -> None:
        before = connection.getreply

        def getreply() -> Any:
            answer = before()
            self.smtp.setdefault(self.step, int(answer[0]))
            return answer

        connection.getreply = getreply

    def sends_smtp(self, data: bytes) -> None:
        if data.endswith(_SMTP_END):
            self.step = "message"
            self.leave()
        else:
            self.step = data[:4].decode("ascii", "replace").lower()

    def sends_http(self, connection: Any, data: Any) -> None:
        if isinstance(data, bytes) and data.startswith(_ASKING) and not self._is_in_request():
            return
        if not self._is_in_request():
            self.requests += 1
            self._hear_answer(connection)
        self.leave()

    def _is_in_request(self) -> bool:
        return self.requests > len(self.http)

    def _hear_answer(self, connection: Any) -> None:
        if "getresponse" in vars(connection):
            return
        before = connection.getresponse

        def getresponse(*args: Any, **kwargs: Any) -> Any:
            answer = before(*args, **kwargs)
            if self._is_in_request():
                self.http.append(int(answer.status))
            return answer

        connection.getresponse = getresponse

    def fate(self) -> tuple[Fate, str]:
        """Judge a handing over that apprise called failed."""
        if self.requests:
            return self._http_fate()
        if self.has_left and not self.smtp:
            return Fate.unsure, "kênh không cho biết tin đã đi chưa"
        return self._smtp_fate()

    def _smtp_fate(self) -> tuple[Fate, str]:
        if self.has_left:
            code = self.smtp.get("message")
            if code is None:
                return Fate.unsure, "đứt kết nối khi đã gửi xong, máy chủ chưa trả lời"
            if code < 300:
                return Fate.sent, ""
            return (Fate.refused if code >= 500 else Fate.later), f"máy chủ thư trả lời {code}"
        code = self.smtp.get("rcpt", 0)
        # 530 and 535 ask for a login: the channel's fault, not the address's
        if code >= 500 and code not in (530, 535):
            return Fate.refused, f"máy chủ thư từ chối địa chỉ, mã {code}"
        # 421 closes the whole service, whoever was asked for
        if 400 <= code < 500 and code != 421:
            return Fate.later, f"máy chủ thư chưa nhận cho địa chỉ này, mã {code}"
        failed = [code for code in self.smtp.values() if code >= 400]
        said = f"máy chủ thư trả lời {failed[-1]}" if failed else "không kết nối được"
        return Fate.down, said

    def _http_fate(self) -> tuple[Fate, str]:
        if self._is_in_request():
            return Fate.unsure, "đứt kết nối khi đã gửi, máy chủ chưa trả lời"
        code = self.http[-1]
        said = f"máy chủ trả lời {code}"
        if any(answer < 300 for answer in self.http):
            return Fate.unsure, f"một phần đã đi, phần sau {said}"
        if code in _BUSY or code in _PERHAPS_MENDED:
            return Fate.later, said
        # whoever answers 500 or 502 may have passed the message on before it failed
        return (Fate.refused if 400 <= code < 500 else Fate.unsure), said


_present: ContextVar[_Watch | None] = ContextVar("handing", default=None)


@cache
def _listen() -> None:
    """Hear the audit events from now on; Python cannot take a hook away again."""

    def hear(event: str, args: tuple[Any, ...]) -> None:
        if not event.startswith(("smtplib.", "http.client.")):
            return
        watch = _present.get()
        if watch is None:
            return
        if event == "smtplib.connect":
            watch.connects_smtp(args[0])
        elif event == "smtplib.send":
            watch.sends_smtp(args[1])
        elif event == "http.client.send":
            watch.sends_http(*args)

    sys.addaudithook(hear)


def hand_over(
    service: Any,
    subject: str,
    body: str,
    attachments: Sequence[Path],
    leaving: Callable[[], None],
) -> tuple[Fate, str]:
    """Hand one message to an apprise service.

    Args:
        service: made for one recipient.
        subject: one line.
        body: plain text.
        attachments: files under the names that the recipient shall see.
        leaving: called once, before the first byte of the message leaves.

    Returns:
        What became of it, and why in Vietnamese, '' when it was sent.

    Raises:
        Exception: `leaving` failed; nothing has left then.
    """
    from apprise import AppriseAttachment, NotifyFormat, OverflowMode
    from apprise.attachment.file import AttachFile

    _listen()
    files = AppriseAttachment([AttachFile(str(path), name=path.name) for path in attachments])
    # a message in pieces could be cut in the middle; but cutting a message short also leaves out
    # all of its files but the first
    several = len(attachments) > 1
    service.overflow_mode = OverflowMode.UPSTREAM if several else OverflowMode.TRUNCATE
    watch = _Watch(leaving)
    if not is_watched(service):
        watch.leave()
    with _heard_by(watch):
        try:
            done = service.notify(
                body=body, title=subject, attach=files or None, body_format=NotifyFormat.TEXT
            )
        except Exception:
            done = False
    if watch.trouble:
        raise watch.trouble
    return (Fate.sent, "") if done else watch.fate()


@contextmanager
def _heard_by(watch: _Watch) -> Iterator[None]:
    token = _present.set(watch)
    try:
        yield
    finally:
        _present.reset(token)
