"""An SFTP server into which people may write, on loopback."""

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import asyncssh

USER, PASSWORD = "bao_cao", "mật:khẩu/thử"


class SftpServer:
    """Serves a folder over SFTP until stopped.

    Args:
        folder: what clients see as their root.

    Attributes:
        port: the port it serves on.
        known: its line of `known_hosts`.
    """

    def __init__(self, folder: Path) -> None:
        key = asyncssh.generate_private_key("ssh-ed25519")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._wait(_listen(folder, key))
        self.port: int = self._server.get_port()
        self.known = f"[127.0.0.1]:{self.port} {key.export_public_key().decode().strip()}\n"

    def stop(self) -> None:
        """Stop serving."""
        self._server.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


class _Door(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


async def _listen(folder: Path, key: asyncssh.SSHKey) -> asyncssh.SSHAcceptor:
    return await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=_Door,
        server_host_keys=[key],
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(folder)),
    )
