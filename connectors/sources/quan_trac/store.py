"""The SFTP folder of the stations: listed and read, never written."""

import base64
import binascii
import logging
import posixpath
import socket
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Self, TypeVar
from urllib.parse import urlsplit

import paramiko

from connectors.errors import TerminalSourceError, TransientSourceError

T = TypeVar("T")

_SIMULATED = "kho_mo_phong"
_TRIES = 4
_TIMEOUT_S = 20
_ANSWER_S = 20
# what passes by itself: the line broke, the server is busy or restarts
_PASSING = (OSError, EOFError, paramiko.SSHException)
# the library prints a traceback for every line that breaks, also where the pull goes on
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


class GrowingFileError(Exception):
    """A file is still being written: it is left for the next pull."""


@dataclass(frozen=True)
class Address:
    """Where the folder is and who may read it.

    Args:
        host: name or IP address.
        port: TCP port.
        folder: folder with the stations' files.
        user: user name.
        password: password.
        host_key: the server's public key, `ssh-ed25519 AAAA…`.
    """

    host: str
    port: int
    folder: str
    user: str
    password: str
    host_key: str

    @classmethod
    def of(cls, settings: Sequence[str]) -> Self:
        """Read the address from the settings of `connection` in `source.yml`.

        Raises:
            TerminalSourceError: the first is no address of an SFTP server.
        """
        address, user, password, host_key = settings
        url = urlsplit(address)
        if url.scheme != "sftp" or not url.hostname:
            raise TerminalSourceError(
                "KHO_QUAN_TRAC_URL phải có dạng sftp://máy:cổng/thư-mục; hãy sửa trong .env"
            )
        return cls(url.hostname, url.port or 22, url.path or "/", user, password, host_key)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the folder.

    Args:
        path: full path on the server.
        size: bytes.
        changed_at: last change, UTC.
    """

    path: str
    size: int
    changed_at: datetime

    @property
    def name(self) -> str:
        """Give the name without folders."""
        return posixpath.basename(self.path)


class Store:
    """A connection to the folder, opened again when it breaks.

    Args:
        address: where and who.
        sleep: waits so many seconds.
    """

    def __init__(self, address: Address, sleep: Callable[[float], None]) -> None:
        self._address = address
        self._sleep = sleep
        self._transport: paramiko.Transport | None = None
        self._client: paramiko.SFTPClient | None = None

    def __enter__(self) -> Self:
        """Give the store; it connects at the first question."""
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._close()

    @property
    def is_simulated(self) -> bool:
        """Whether the server says that it is a simulator."""
        self._asked(lambda client: client.stat(self._address.folder))
        assert self._transport is not None
        return _SIMULATED in self._transport.remote_version

    def files(self) -> list[StoredFile]:
        """List the files of the folder and of the folders in it, by path.

        Raises:
            SourceError: the folder cannot be listed.
        """
        return self._asked(lambda client: sorted(_walk(client, self._address.folder), key=_path))

    def read(self, file: StoredFile) -> bytes:
        """Read a small file whole.

        Raises:
            GrowingFileError: it is not as long as it was listed.
            SourceError: it cannot be read.
        """

        def read(client: paramiko.SFTPClient) -> bytes:
            with client.open(file.path, "rb") as source:
                return source.read(file.size + 1)

        content = self._asked(read)
        if len(content) != file.size:
            raise GrowingFileError
        return content

    def copy(self, file: StoredFile, target: IO[bytes]) -> None:
        """Copy a large file.

        Args:
            file: the file.
            target: open for writing; written from its start.

        Raises:
            GrowingFileError: it is not as long as it was listed.
            SourceError: it cannot be read.
        """

        def copy(client: paramiko.SFTPClient) -> None:
            target.seek(0)
            target.truncate()
            client.getfo(file.path, target)

        self._asked(copy)
        if target.tell() != file.size:
            raise GrowingFileError

    def _asked(self, ask: Callable[[paramiko.SFTPClient], T]) -> T:
        """Ask the server, connecting again when the line breaks."""
        for attempt in range(_TRIES):
            try:
                return ask(self._connected())
            except FileNotFoundError:
                raise GrowingFileError from None
            except PermissionError as error:
                raise TerminalSourceError(
                    "máy chủ quan trắc không cho đọc thư mục; hãy xin quyền đọc cho tài khoản"
                ) from error
            except _PASSING as error:
                self._close()
                problem = error
            self._sleep(2.0**attempt)
        raise TransientSourceError(
            f"không đọc được máy chủ quan trắc sau {_TRIES} lần ({type(problem).__name__}); "
            "hãy kiểm tra đường truyền rồi chạy lại"
        ) from problem

    def _connected(self) -> paramiko.SFTPClient:
        if self._client is not None:
            return self._client
        address = self._address
        line = socket.create_connection((address.host, address.port), timeout=_TIMEOUT_S)
        self._transport = transport = paramiko.Transport(line)
        transport.banner_timeout = transport.auth_timeout = _TIMEOUT_S
        key = _key(address.host_key)
        transport.get_security_options().key_types = (key.get_name(),)
        transport.start_client(timeout=_TIMEOUT_S)
        if transport.get_remote_server_key().asbytes() != key.asbytes():
            raise TerminalSourceError(
                "khóa của máy chủ quan trắc khác khóa đã khai; hãy xác minh với đơn vị vận hành "
                "trước khi đổi KHO_QUAN_TRAC_HOST_KEY"
            )
        try:
            transport.auth_password(address.user, address.password)
        except paramiko.AuthenticationException as error:
            raise TerminalSourceError(
                "máy chủ quan trắc từ chối đăng nhập; hãy xem lại KHO_QUAN_TRAC_USER và "
                "KHO_QUAN_TRAC_PASSWORD"
            ) from error
        client = paramiko.SFTPClient.from_transport(transport)
        assert client is not None
        client.get_channel().settimeout(_ANSWER_S)
        self._client = client
        return client

    def _close(self) -> None:
        for part in (self._client, self._transport):
            if part is not None:
                part.close()
        self._client = self._transport = None


def _key(text: str) -> paramiko.PKey:
    try:
        kind, body = text.split()[:2]
        return paramiko.PKey.from_type_string(kind, base64.b64decode(body, validate=True))
    except (ValueError, binascii.Error, paramiko.SSHException) as error:
        raise TerminalSourceError(
            "KHO_QUAN_TRAC_HOST_KEY phải là khóa công khai của máy chủ dạng “ssh-ed25519 AAAA…”"
        ) from error


def _walk(client: paramiko.SFTPClient, folder: str, depth: int = 1) -> Iterator[StoredFile]:
    for entry in client.listdir_attr(folder):
        path = posixpath.join(folder, entry.filename)
        mode = entry.st_mode or 0
        if stat.S_ISREG(mode):
            changed = datetime.fromtimestamp(entry.st_mtime or 0, UTC)
            yield StoredFile(path, entry.st_size or 0, changed)
        elif stat.S_ISDIR(mode) and depth:
            yield from _walk(client, path, depth - 1)


def _path(file: StoredFile) -> str:
    return file.path
