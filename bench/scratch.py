"""A folder for one measure."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder that goes with the block."""
    folder = Path(tempfile.mkdtemp(prefix="kho-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
