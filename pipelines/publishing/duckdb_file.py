"""Publishing on DuckDB: copy the build to a new file name and move the symlink.

DuckDB keeps one instance per resolved path in a process, so a file replaced under the same
name never reaches a busy reader; a new name behind a symlink does, with one connection per
query.
"""

import os
import re
import shutil
from contextlib import closing
from pathlib import Path

from pipelines.files import sync_folder

KEPT = 3
_NAME = re.compile(r"kho-(\d+)\.duckdb")


def publish(build: Path, link: Path, publication_id: int) -> None:
    """Copy the build and point the readers' symlink at the copy.

    Args:
        build: the DuckDB file that the pipeline writes; nobody has it open.
        link: the symlink that readers open.
        publication_id: number in the new file's name.
    """
    _checkpoint(build)
    published = link.parent / f"kho-{publication_id:06d}.duckdb"
    copy_durably(build, published)
    move_link(link, published)
    drop_older(link.parent, publication_id)


def copy_durably(build: Path, published: Path) -> None:
    """Copy the build under a draft name, force it to disk, and give it its name."""
    draft = published.with_suffix(".draft")
    shutil.copyfile(build, draft)
    handle = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    draft.replace(published)


def move_link(link: Path, published: Path) -> None:
    """Replace the symlink in one step; the target is relative, so a home can be moved."""
    draft = link.with_suffix(".link")
    draft.unlink(missing_ok=True)
    draft.symlink_to(published.name)
    draft.replace(link)
    sync_folder(link.parent)


def drop_older(folder: Path, publication_id: int) -> None:
    """Remove all but the last publications, and drafts that a crash left."""
    for path in folder.glob("kho-*"):
        name = _NAME.fullmatch(path.name)
        if name is None or int(name[1]) <= publication_id - KEPT:
            path.unlink()


def _checkpoint(build: Path) -> None:
    import duckdb

    with closing(duckdb.connect(str(build))) as connection:
        connection.execute("checkpoint")
