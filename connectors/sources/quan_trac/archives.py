"""The texts of files and archives, a bounded piece at a time."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from connectors.errors import TerminalSourceError

_PIECE = 4 << 20
_LARGEST = 1 << 30
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)


def archive_texts(file: IO[bytes], form: str) -> Iterator[str]:
    """Read a month's archive.

    Args:
        file: the archive, with random access.
        form: 'zip' or 'gz'.

    Returns:
        Pieces of whole lines, about 4 MB each.

    Raises:
        TerminalSourceError: it is broken, too large, or not in Unicode.
    """
    file.seek(0)
    try:
        yield from _zip_texts(file) if form == "zip" else _pieces(gzip.GzipFile(fileobj=file))
    except UnicodeError:
        raise TerminalSourceError(
            "tệp không phải UTF-8; hãy cấu hình trạm xuất tệp bảng mã UTF-8"
        ) from None
    except _BROKEN:
        raise TerminalSourceError(
            "gói nén hỏng hoặc bị cắt ngang; hãy yêu cầu trạm gửi lại gói này"
        ) from None


def _zip_texts(file: IO[bytes]) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                yield from _pieces(archive.open(member))


def _pieces(source: IO[bytes] | gzip.GzipFile) -> Iterator[str]:
    with source:
        start = source.read(2)
        encoding = "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        whole = io.BufferedReader(_Rest(start, source), _PIECE)
        text = io.TextIOWrapper(whole, encoding, newline="")
        total = 0
        while piece := text.read(_PIECE):
            piece += text.readline()
            total += len(piece)
            if total > _LARGEST:
                raise TerminalSourceError(
                    "gói nén bung ra quá lớn (trên 1 GB) so với số đo một tháng; hãy xem lại gói"
                )
            yield piece


class _Rest(io.RawIOBase):
    """A stream with the bytes already looked at put back before it."""

    def __init__(self, start: bytes, rest: IO[bytes] | gzip.GzipFile) -> None:
        self._start, self._rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        room = len(buffer)
        found = self._start[:room] or self._rest.read(room)
        self._start = self._start[room:]
        buffer[: len(found)] = found
        return len(found)
