"""A web server in a thread, on a free port of loopback."""

import socket
import threading
import time
from typing import Any

import uvicorn


class WebServer:
    """Serves an ASGI application until it is stopped.

    Args:
        app: the application.
        port: port; 0 takes a free one.

    Attributes:
        port: the port it serves on.
    """

    def __init__(self, app: Any, port: int = 0) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Start, and return when it answers."""
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop, without waiting for answers that hang."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])
