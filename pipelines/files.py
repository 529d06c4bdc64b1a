"""Writing files so that a crash leaves either the old content or the new one."""

import os
from pathlib import Path


def write_atomically(path: Path, content: str) -> None:
    """Replace a text file in one step.

    Args:
        path: the file; its folder is made when missing.
        content: the new text, UTF-8.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
