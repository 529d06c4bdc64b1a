"""Files that are whole or absent, and the same bytes for the same content."""

import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

# The oldest date a zip entry can carry; the document's own date stands in its properties.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def stable_zip(
    content: bytes, replace: Mapping[str, Callable[[bytes], bytes]] | None = None
) -> bytes:
    """Write a zip (docx, xlsx) anew without the clock in it.

    Args:
        content: the zip as the library wrote it.
        replace: entry name → function that gives the entry's new content.

    Returns:
        The zip with the same entries in the same order, all dated alike.
    """
    replace = replace or {}
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            made.writestr(entry, replace.get(name, _same)(source.read(name)))
    return target.getvalue()


def write_all(files: Mapping[Path, bytes]) -> None:
    """Put files in place, each at once, after all of them were written beside their place.

    Args:
        files: path → content; the folders are made.

    Raises:
        OSError: when a file cannot be written; no file is replaced then.
    """
    written: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            written.append((Path(name), path))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o644)
        for temporary, path in written:
            temporary.replace(path)
    finally:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)


def _same(content: bytes) -> bytes:
    return content
