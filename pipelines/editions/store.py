"""The editions in the lake: `_editions/<period>/<kind>-<number>/`, each whole or not there.

An edition is written in a folder beside and then renamed to its place; whoever dies before the
rename leaves a folder that the next writer throws away.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipelines.editions.edition import Edition, Kind
from pipelines.errors import UserError
from pipelines.files import sync_folder
from pipelines.settings import Settings

MANIFEST, DATA, TEMPLATES = "edition.json", "data.json", "templates"
_DRAFT = ".dang-ghi"
_DOCUMENTS = ("docx", "pdf", "xlsx")
_LOCK_SECONDS = 300


@contextmanager
def writing(settings: Settings) -> Iterator[None]:
    """Be the only writer of editions of this home.

    Raises:
        UserError: another writer does not come to an end.
    """
    root = _root(settings)
    root.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(root / ".lock", timeout=_LOCK_SECONDS):
            shutil.rmtree(root / _DRAFT, ignore_errors=True)
            yield
    except Timeout as error:
        raise UserError(
            "Một lệnh khác đang lập báo cáo trên kho này: đợi lệnh ấy xong rồi chạy lại"
        ) from error


def stored(settings: Settings, period: str | None = None) -> list[Edition]:
    """Give the editions there are, in the order in which they were made.

    Args:
        settings: which home.
        period: only those of this month.

    Raises:
        UserError: an edition's folder is damaged.
    """
    folders = sorted(_root(settings).glob(f"{period or '[0-9]*'}/*-*/"))
    found = [_read(folder) for folder in folders]
    return sorted(found, key=lambda item: (item.period, item.made_at, item.kind, item.number))


def store(
    settings: Settings,
    period: str,
    kind: Kind,
    number: int,
    facts: Mapping[str, Any],
    contents: Mapping[str, bytes],
) -> Edition:
    """Put an edition in its place at once.

    Args:
        settings: which home; the caller holds `writing`.
        period: the month, 'YYYY-MM'.
        kind: 'draft' or 'final'.
        number: its number.
        facts: what else the manifest says: publication_id, data_as_of, made_at, content.
        contents: path inside the folder → content.

    Returns:
        The edition.

    Raises:
        OSError: it cannot be written; there is none then.
    """
    root = _root(settings)
    draft, place = root / _DRAFT, root / period / f"{kind}-{number}"
    manifest = {
        "period": period,
        "kind": kind,
        "number": number,
        **facts,
        "checksums": {name: digest(content) for name, content in sorted(contents.items())},
    }
    for name, content in {**contents, MANIFEST: canonical(manifest)}.items():
        _write(draft / name, content)
    for folder in sorted({draft, *(path.parent for path in draft.rglob("*"))}, reverse=True):
        sync_folder(folder)
    place.parent.mkdir(exist_ok=True)
    draft.rename(place)
    sync_folder(place.parent)
    sync_folder(root)
    return _read(place)


def contents(edition: Edition) -> dict[str, bytes]:
    """Read everything in an edition's folder but the manifest.

    Raises:
        UserError: a file is not what was stored.
    """
    read = {}
    for name, checksum in edition.checksums.items():
        path = edition.folder / name
        read[name] = path.read_bytes() if path.is_file() else b""
        if digest(read[name]) != checksum:
            raise UserError(
                f"Tệp {path} đã bị sửa hoặc mất sau khi lưu: khôi phục thư mục {edition.folder} "
                "từ bản sao lưu"
            )
    return read


def canonical(value: object) -> bytes:
    """Write a value as JSON that is the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()


def digest(content: bytes) -> str:
    """The SHA-256 of a content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _root(settings: Settings) -> Path:
    return settings.lake / "_editions"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _read(folder: Path) -> Edition:
    try:
        read = json.loads((folder / MANIFEST).read_bytes())
        as_of = read["data_as_of"]
        return Edition(
            period=read["period"],
            number=read["number"],
            kind=read["kind"],
            publication_id=read["publication_id"],
            data_as_of=date.fromisoformat(as_of) if as_of else None,
            made_at=datetime.fromisoformat(read["made_at"]),
            folder=folder,
            files=tuple(
                folder / name
                for suffix in _DOCUMENTS
                for name in read["checksums"]
                if name.endswith(f".{suffix}") and "/" not in name
            ),
            checksums=read["checksums"],
            content=read["content"],
        )
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            f"Bản báo cáo ở {folder} bị hỏng: khôi phục thư mục ấy từ bản sao lưu"
        ) from error
