"""The files that people put where a source looks for them."""

import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path

from connectors.connector import PullContext


def inbox_files(context: PullContext, suffixes: Collection[str], empty: str) -> Iterator[Path]:
    """Expand folders; lock files of an open spreadsheet program are passed over.

    Args:
        context: `paths` are files or folders; what cannot be looked at goes to `refuse`.
        suffixes: endings of the files that count, in lower case with their dot.
        empty: the reason for refusing a named folder without such a file.

    Returns:
        The files, those of a folder by name.
    """
    for path in context.paths:
        if path.is_dir():
            yield from _children(context, path, suffixes, empty)
        elif path.exists():
            yield path
        else:
            context.refuse(
                safe_name(path.name), "không tìm thấy tệp hoặc thư mục này; hãy xem lại đường dẫn"
            )


def _children(
    context: PullContext, folder: Path, suffixes: Collection[str], empty: str
) -> Iterator[Path]:
    try:
        children = sorted(folder.iterdir())
    except OSError:
        context.refuse(
            safe_name(folder.name),
            "không có quyền đọc thư mục; hãy cấp quyền đọc cho tài khoản đang chạy",
        )
        return
    files = [
        child
        for child in children
        if child.suffix.lower() in suffixes and not child.name.startswith("~$")
    ]
    if not files and context.is_asked:
        context.refuse(safe_name(folder.name), empty)
    yield from files


def safe_name(name: str) -> str:
    """Bring a file name to NFC without control or direction marks.

    Args:
        name: the name as the file system gives it.
    """
    composed = unicodedata.normalize("NFC", name)
    return "".join(c for c in composed if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
