"""The files of a lake table: which of them count, and how many small ones become one.

Files are named `<load_id>.<file_id>.parquet`. `<load_id>.compact.parquet` holds every row of
the loads up to and including its own; only the newest such file counts, and the plain files
of those loads count no more. So a compaction that is killed before it has removed what it
replaces doubles nothing.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

LIMIT = 500
_COMPACT = ".compact.parquet"


def load_of(path: Path) -> str:
    """Give the load id in a file's name."""
    return path.name.rsplit(".", 2)[0]


def visible_files(table: Path) -> list[Path]:
    """List the files of a table that count, oldest load first.

    Args:
        table: the table's folder in the lake.
    """
    compact = max(table.glob(f"*{_COMPACT}"), key=load_of, default=None)
    plain = [path for path in table.glob("*.parquet") if not path.name.endswith(_COMPACT)]
    if compact is None:
        return sorted(plain, key=load_of)
    newer = [path for path in plain if load_of(path) > load_of(compact)]
    return [compact, *sorted(newer, key=load_of)]


def compact(table: Path, settled: Sequence[str], limit: int = LIMIT) -> bool:
    """Make one file of a table's settled files when there are too many.

    Args:
        table: the table's folder in the lake.
        settled: loads that nobody judges again, oldest first and without a gap.
        limit: number of files above which it is worth it (5,000 small files cost 0.6 s a scan).

    Returns:
        Whether anything was rewritten.
    """
    files = [path for path in visible_files(table) if load_of(path) in set(settled)]
    if len(files) <= limit:
        return False
    target = table / f"{load_of(files[-1])}{_COMPACT}"
    draft = target.with_suffix(".draft")
    schema = pa.unify_schemas([_plain_schema(path) for path in files])
    with pq.ParquetWriter(draft, schema) as writer:
        for path in files:
            writer.write_table(_fitted(pq.read_table(path), schema))
    draft.replace(target)
    for path in table.glob("*.parquet"):
        if path not in (target, table / "0.empty.parquet") and load_of(path) <= load_of(target):
            path.unlink()
    return True


def _plain_schema(path: Path) -> pa.Schema:
    """Give a file's schema without dlt's dictionaries, which differ from file to file."""
    fields = [
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
        for f in pq.read_schema(path)
    ]
    return pa.schema(fields)


def _fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Bring rows into the common columns; one that came later is empty before."""
    columns = [
        rows[f.name].cast(f.type) if f.name in rows.column_names else pa.nulls(len(rows), f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)
