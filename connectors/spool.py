"""A window kept beside the memory until it is known to be whole."""

import tempfile
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from typing import IO

import pyarrow as pa


class _Part:
    """Pages of one schema in a file without a name."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._writer = pa.ipc.new_stream(self._file, schema)

    def add(self, page: pa.Table) -> None:
        self._writer.write_table(page.combine_chunks())

    def pages(self) -> Iterator[pa.Table]:
        self._writer.close()
        with self._file:
            self._file.flush()
            content = mmap(self._file.fileno(), 0, access=ACCESS_READ)
        # mapped, not read: a page is copied nowhere on its way to the lake
        for batch in pa.ipc.open_stream(pa.py_buffer(content)):
            yield pa.Table.from_batches([batch])


class Spool:
    """Holds the pages of a window in files without a name: a killed process leaves none behind.

    Only what may lie on disk belongs here: secrecy and privacy come before.
    """

    def __init__(self) -> None:
        self._parts: dict[str, list[_Part]] = {}

    def add(self, name: str, page: pa.Table) -> None:
        """Put a page behind the others of its table; its columns may differ from theirs.

        Args:
            name: name of the table.
            page: at most one page of rows.
        """
        if not page.num_rows:
            return
        parts = self._parts.setdefault(name, [])
        if not parts or not parts[-1].schema.equals(page.schema):
            parts.append(_Part(page.schema))
        parts[-1].add(page)

    def pages(self, name: str) -> Iterator[pa.Table]:
        """Give the pages of a table once, in the order in which they came; then they are gone."""
        for part in self._parts.pop(name, []):
            yield from part.pages()
