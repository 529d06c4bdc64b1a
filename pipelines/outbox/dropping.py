"""Laying a message's files down in a folder or on an SFTP server.

Each message has a folder of its own, and its letter is the last file that appears in it, so a
receiver who waits for the letter has everything. Laying it down again changes nothing; what was cut
short is simply laid down again, so there is never a doubt whether it arrived.
"""

import posixpath
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from pipelines.files import sync_folder
from pipelines.outbox.channels import NoChannelError
from pipelines.outbox.handing import Fate
from pipelines.settings import Settings

if TYPE_CHECKING:
    import paramiko

LETTER = "thu.txt"
_SCHEMES = ("file", "sftp")
_PORT, _ANSWER_SECONDS = 22, 60.0


class _Place(Protocol):
    """A folder to lay files into; names are relative to it."""

    def put(self, name: str, content: bytes) -> None:
        """Write a file that appears whole or not at all."""


def is_drop(url: str) -> bool:
    """Tell whether a channel's URL names a folder and not a service."""
    return urlsplit(url).scheme in _SCHEMES


def lay_down(
    settings: Settings, url: str, key: str, letter: str, files: Sequence[Path]
) -> tuple[Fate, str]:
    """Lay a message down.

    Args:
        settings: whose `known_hosts` says which SFTP servers are trusted.
        url: `file:///folder` or `sftp://user:password@host:port/folder`, the recipient's address
            filled in.
        key: what the message tells; its folder is named after it.
        letter: subject and body.
        files: under the names that the recipient shall see.

    Returns:
        What became of it, and why in Vietnamese, '' when it lies there.

    Raises:
        NoChannelError: the URL is wrong, or the server is not in `known_hosts`.
    """
    folder = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
    try:
        with _opened(settings, url, folder) as place:
            for file in files:
                place.put(file.name, file.read_bytes())
            place.put(LETTER, letter.encode())
    except PermissionError:
        return Fate.down, "không được phép ghi vào thư mục nhận; xin quyền ghi cho tài khoản"
    except OSError as error:
        return Fate.down, f"không ghi được vào thư mục nhận ({type(error).__name__})"
    return Fate.sent, ""


@contextmanager
def _opened(settings: Settings, url: str, folder: str) -> Iterator[_Place]:
    parts = urlsplit(url)
    path = unquote(parts.path)
    if not path.strip("/") or ".." in path.split("/"):
        raise NoChannelError("địa chỉ nhận phải là một thư mục, không có ..")
    if parts.scheme == "file":
        yield _Folder(Path(path) / folder)
        return
    import paramiko

    client = paramiko.SSHClient()
    known = settings.home / "known_hosts"
    if known.exists():
        client.load_host_keys(str(known))
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    host, port = parts.hostname or "", parts.port or _PORT
    try:
        client.connect(
            host,
            port,
            unquote(parts.username or ""),
            unquote(parts.password or "") or None,
            timeout=_ANSWER_SECONDS,
            banner_timeout=_ANSWER_SECONDS,
            auth_timeout=_ANSWER_SECONDS,
        )
        yield _Server(client.open_sftp(), posixpath.join(path, folder))
    except paramiko.BadHostKeyException as error:
        raise NoChannelError(f"khóa của máy chủ {host} khác khóa trong {known}") from error
    except (paramiko.AuthenticationException, socket.gaierror) as error:
        raise NoChannelError(f"máy chủ {host} từ chối đăng nhập hoặc không có") from error
    except paramiko.SSHException as error:
        if "known_hosts" in str(error):
            hint = f"ssh-keyscan -p {port} {host} >> {known}"
            raise NoChannelError(f"chưa tin máy chủ {host}: chạy `{hint}` rồi đối chiếu") from error
        raise OSError(str(error)) from error
    finally:
        client.close()


class _Folder:
    """A folder of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, content: bytes) -> None:
        draft = self._path / f".{name}.part"
        draft.write_bytes(content)
        draft.replace(self._path / name)
        sync_folder(self._path)


class _Server:
    """A folder of an SFTP server."""

    def __init__(self, client: "paramiko.SFTPClient", path: str) -> None:
        self._client = client
        self._path = path
        parents = [path]
        while (above := posixpath.dirname(parents[-1])) not in ("", "/"):
            parents.append(above)
        for folder in reversed(parents):
            self._make(folder)

    def _make(self, folder: str) -> None:
        try:
            self._client.stat(folder)
        except FileNotFoundError:
            self._client.mkdir(folder)

    def put(self, name: str, content: bytes) -> None:
        draft, target = (posixpath.join(self._path, n) for n in (f".{name}.part", name))
        with self._client.open(draft, "wb") as stream:
            stream.write(content)
        # replaces what is there, which SFTP's own rename refuses
        self._client.posix_rename(draft, target)
