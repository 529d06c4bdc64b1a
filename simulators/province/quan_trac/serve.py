"""The SFTP server of the stations, in a thread of its own on loopback."""

import asyncio
import os
import secrets
import tempfile
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import asyncssh

from simulators.province.clock import Clock
from simulators.province.faults import Faults
from simulators.province.quan_trac.generate import SOURCE
from simulators.province.quan_trac.shelf import Shelf
from simulators.province.truth import Truth

USER = "kho_du_lieu"
_BANNER = "kho_mo_phong"
_SILENCE = 120.0  # seconds that a hanging read waits for its client to give up


class StationServer:
    """Serves a folder over SFTP, for reading only.

    Args:
        folder: what clients see as their root.
        fill: called at the start of each session, so that the folder is up to date.
        host: address to listen on.
        port: port; 0 takes a free one.
        faults: the faults at work.

    Attributes:
        port: the port it serves on.
        password: the password of `USER`.
        host_key: its public key, as clients must expect it.
    """

    def __init__(
        self,
        folder: Path,
        fill: Callable[[], None],
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Faults | None = None,
    ) -> None:
        self.password = secrets.token_urlsafe(12)
        key = asyncssh.generate_private_key("ssh-ed25519")
        self.host_key = key.export_public_key().decode().strip()
        self._host = host
        self._faults = faults or Faults()
        self._lines: list[asyncssh.SSHServerConnection] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._wait(self._listen(folder, fill, key, port))
        self.port: int = self._server.get_port()

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables that point the product at this server."""
        return {
            "KHO_QUAN_TRAC_URL": f"sftp://{self._host}:{self.port}/",
            "KHO_QUAN_TRAC_USER": USER,
            "KHO_QUAN_TRAC_PASSWORD": self.password,
            "KHO_QUAN_TRAC_HOST_KEY": self.host_key,
        }

    def cut(self) -> None:
        """Break every line that is open, as a network does; new ones are welcome."""
        self._loop.call_soon_threadsafe(self._break)

    def stop(self) -> None:
        """Stop, cutting the lines that are open."""
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(
        self, folder: Path, fill: Callable[[], None], key: asyncssh.SSHKey, port: int
    ) -> asyncssh.SSHAcceptor:
        def files(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
            fill()
            return _ReadOnly(channel, os.fsencode(str(folder)), self._faults)

        return await asyncssh.listen(
            self._host,
            port,
            server_factory=lambda: _Door(self.password, self._lines, self._faults),
            server_host_keys=[key],
            sftp_factory=files,
            server_version=_BANNER,
            compression_algs=["none"],
        )

    def _break(self) -> None:
        for line in self._lines:
            line.abort()
        self._lines.clear()

    async def _close(self) -> None:
        self._break()
        self._server.close()
        await self._server.wait_closed()

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


class _Door(asyncssh.SSHServer):
    def __init__(
        self, password: str, lines: list[asyncssh.SSHServerConnection], faults: Faults
    ) -> None:
        self._password = password
        self._lines = lines
        self._faults = faults

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        if self._faults.take("429", SOURCE):
            conn.abort()
        else:
            self._lines.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == USER and secrets.compare_digest(password, self._password)


class _ReadOnly(asyncssh.SFTPServer):
    def __init__(
        self, channel: asyncssh.SSHServerChannel[bytes], root: bytes, faults: Faults
    ) -> None:
        super().__init__(channel, chroot=root)
        self._faults = faults

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & ~asyncssh.FXF_READ:
            raise asyncssh.SFTPPermissionDenied("chỉ được đọc")
        return super().open(path, pflags, attrs)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        if self._faults.take("timeout_page", SOURCE):
            await asyncio.sleep(_SILENCE)
        if self._faults.take("503", SOURCE):
            self.channel.get_connection().abort()
            raise asyncssh.SFTPConnectionLost("đường truyền đứt giữa tệp")
        content = super().read(file_obj, offset, size)
        return content if isinstance(content, bytes) else await content


def start(
    truth: Truth, clock: Clock, faults: Faults, host: str
) -> tuple[dict[str, str], Callable[[], None]]:
    """Start the stations' server.

    Args:
        truth: the ledger; it holds the stations and their readings.
        clock: the province's clock.
        faults: the faults at work.
        host: address to listen on.

    Returns:
        The variables that point the product at it, and what stops it.
    """
    folder = tempfile.TemporaryDirectory(prefix="tram-quan-trac-")
    shelf = Shelf(truth, Path(folder.name), faults)
    server = StationServer(shelf.folder, lambda: shelf.fill(clock.now()), host, faults=faults)

    def stop() -> None:
        server.stop()
        folder.cleanup()

    return server.environment, stop
