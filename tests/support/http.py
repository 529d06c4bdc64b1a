"""A real HTTP server on a free port of loopback, for tests of what asks it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Answering = Callable[[int, dict[str, Any]], Response]


class Answers:
    """Answers of a script: called with the number of the request (from 0) and its JSON."""

    def __init__(self, script: Answering) -> None:
        self.asked: list[dict[str, Any]] = []
        self.url = ""
        self._script = script

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        asked = {"path": request.url.path, "headers": dict(request.headers)}
        asked |= await request.json() if body else dict(request.query_params)
        self.asked.append(asked)
        return self._script(len(self.asked) - 1, asked)


@contextmanager
def answering(script: Answering) -> Iterator[Answers]:
    """Serve a script for as long as the block lasts."""
    answers = Answers(script)
    methods = ["GET", "POST"]
    app = Starlette(routes=[Route("/{path:path}", answers.answer, methods=methods)])
    config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        answers.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield answers
        finally:
            server.should_exit = server.force_exit = True
            thread.join(5)
