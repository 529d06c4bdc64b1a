"""What goes wrong between a source and its client: one layer before every source over HTTP."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from simulators.province.encodings import spoil
from simulators.province.faults import Faults

Message = Mapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

_MARK = (b"x-mo-phong", b"1")
_JSON = (b"content-type", b"application/json; charset=utf-8")
_SILENCE = 120.0  # seconds that a hanging page waits for its client to give up
_PAGE_NAMES = ("trang", "page", "currentPage")
# Where a client shows who it is; these never carry data.
_SIGN_IN = ("login", "token", "dang-nhap", "gia-han")
_REFUSALS = {
    "429": (429, []),
    "429_retry_after": (429, [(b"retry-after", b"1")]),
    "503": (503, []),
    "503_retry_after": (503, [(b"retry-after", b"1")]),
}
_LOGIN_PAGE = """<!DOCTYPE html>
<html lang="vi"><head><title>Đăng nhập</title></head>
<body><form method="post" action="/sso"><input name="user"><input name="password"></form></body>
</html>
""".encode()


@dataclass
class _Answer:
    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=lambda: [_JSON])
    body: bytes = b""


class Transport:
    """Spoils answers as the faults at work say, and marks every answer as simulated.

    Args:
        app: the sources, each below a path of its name.
        faults: the faults at work.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], faults: Faults) -> None:
        self._app, self._faults = app, faults

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        asked = await _body(receive)
        source, _, path = scope["path"].strip("/").partition("/")
        if path.endswith(_SIGN_IN):
            answer = await self._sound(scope, asked)
        else:
            page = _page(scope, asked)
            if self._faults.take("timeout_page", source, page):
                await _silence(receive)
                return
            answer = await self._spoiled(scope, asked, source, page)
        await _send(answer, send)

    async def _spoiled(
        self, scope: Message, asked: bytes, source: str, page: int | None
    ) -> _Answer:
        for name, (status, headers) in _REFUSALS.items():
            if self._faults.take(name, source, page):
                body = json.dumps({"message": "Hệ thống đang bận"}, ensure_ascii=False).encode()
                return _Answer(status, [_JSON, *headers], body)
        if self._faults.take("html_login", source, page):
            return _Answer(200, [(b"content-type", b"text/html; charset=utf-8")], _LOGIN_PAGE)
        answer = await self._sound(scope, asked)
        return self._garbled(answer, source, page)

    def _garbled(self, answer: _Answer, source: str, page: int | None) -> _Answer:
        for encoding in ("tcvn3", "vni", "utf16", "bom", "nfd") if _is_text(answer) else ():
            if self._faults.take(f"encoding_{encoding}", source, page):
                answer.body = spoil(answer.body, encoding)
        if self._faults.take("truncated_json", source, page):
            answer.body = answer.body[: len(answer.body) // 2]
        if self._faults.take("truncated_gzip", source, page):
            packed = gzip.compress(answer.body, mtime=0)
            answer.body = packed[: len(packed) // 2]
            answer.headers = [*answer.headers, (b"content-encoding", b"gzip")]
        return answer

    async def _sound(self, scope: Message, asked: bytes) -> _Answer:
        """Let the source answer, and keep what it says."""
        answer = _Answer()

        async def receive() -> Message:
            return {"type": "http.request", "body": asked, "more_body": False}

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0] != b"content-length"]
                answer.status, answer.headers = message["status"], kept
            else:
                answer.body += message.get("body", b"")

        await self._app(scope, receive, keep)
        return answer


def _is_text(answer: _Answer) -> bool:
    kind = dict(answer.headers).get(b"content-type", b"")
    return kind.startswith((b"text/", b"application/json"))


async def _send(answer: _Answer, send: Send) -> None:
    length = (b"content-length", str(len(answer.body)).encode())
    headers = [*answer.headers, length, _MARK]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _silence(receive: Receive) -> None:
    """Say nothing until the client gives up."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), _SILENCE)
    except TimeoutError:
        return


def _page(scope: Message, asked: bytes) -> int | None:
    """Read which page a request asks for, from its query or its JSON body."""
    query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
    try:
        body = json.loads(asked) if asked else {}
    except ValueError:
        body = {}
    values = {**query, **(body if isinstance(body, dict) else {})}
    page = next((str(values[name]) for name in _PAGE_NAMES if name in values), "")
    return int(page) if page.isdigit() else None
