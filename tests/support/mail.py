"""A real mail server on a free port of loopback, which a test can stop and start again."""

import email
import socket
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller

Scripted = Callable[[str, str], str | None]


@dataclass(frozen=True)
class Mail:
    """A message as it arrived."""

    to: str
    subject: str
    body: str
    receipt: str
    attachments: tuple[tuple[str, str | bytes], ...]


class MailServer:
    """Keeps what arrives; `script(step, address)` may answer 'rcpt' or 'message' otherwise.

    'drop' as an answer to the message takes it and breaks the connection.
    """

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.sessions = 0
        self.script: Scripted = lambda step, address: None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """What `KHO_CHANNEL_MAIL` is for this server; user and password are given to nobody."""
        sender = quote("kho@tinh.gov.vn")
        return f"mailto://127.0.0.1:{self.port}/?from={sender}&to={{address}}&mode=insecure"

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        if self._controller:
            self._controller.stop()
        self._controller = None

    def subjects(self, to: str) -> list[str]:
        """Give the subjects that an address got, in order."""
        return [mail.subject for mail in self.mails if mail.to == to]

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.script("rcpt", address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.script("message", envelope.rcpt_tos[0])
        if answer in (None, "drop"):
            self.mails += [_read(to, envelope.content) for to in envelope.rcpt_tos]
        if answer == "drop":
            server.transport.abort()
        return answer or "250 OK"


def _read(to: str, content: bytes) -> Mail:
    found = email.message_from_bytes(content, policy=policy.default)
    body = found.get_body(("plain",))
    return Mail(
        to,
        str(found["Subject"]),
        body.get_content().replace("\r\n", "\n") if body else "",
        str(found["Idempotency-Key"]),
        tuple((part.get_filename() or "", part.get_content()) for part in found.iter_attachments()),
    )
