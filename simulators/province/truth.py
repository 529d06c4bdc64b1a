"""The ledger of truth: every version of every record that exists at a source, for comparison."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from simulators.province.engine import engine

KEEPING = pa.schema(
    [
        ("_key", pa.string()),
        ("_version", pa.int32()),
        ("_known_at", pa.timestamp("ms", tz="UTC")),
        ("_deleted", pa.bool_()),
        ("_secret", pa.bool_()),
    ]
)
"""Columns that every table has before the fields of its protocol."""


class Truth:
    """A folder `<source>/<table>/<part>.parquet`; the product never reads it.

    Attributes:
        folder: the folder, made at the first write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, source: str, table: str, part: str, rows: pa.Table) -> Path:
        """Write versions of records.

        Args:
            source: source.
            table: table.
            part: name of the file; a part written before is replaced.
            rows: the columns of `KEEPING` and the fields as the protocol sends them.

        Returns:
            The file.

        Raises:
            ValueError: a column of `KEEPING` is missing or of another type.
        """
        for field in KEEPING:
            if field.name not in rows.column_names or rows.schema.field(field.name) != field:
                raise ValueError(f"Bảng {source}.{table} phải có cột {field.name} {field.type}.")
        path = self.folder / source / table / f"{part}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, path, compression="zstd")
        return path

    def tables(self, source: str) -> list[str]:
        """Give the tables of a source."""
        return sorted(path.name for path in (self.folder / source).iterdir() if path.is_dir())

    def parts(self, source: str, table: str) -> list[Path]:
        """Give the files of a table."""
        return sorted((self.folder / source / table).glob("*.parquet"))

    def state(self, source: str, table: str, now: datetime) -> pa.Table:
        """Give what exists at an instant: the newest version of each record that is not deleted.

        Args:
            source: source.
            table: table.
            now: the instant, with a time zone.

        Returns:
            Rows ordered by key; secret records are left out.
        """
        return self.query(
            """
            select * from (
                select * from {rows} where _known_at <= ? and not _secret
                qualify row_number() over (partition by _key order by _version desc) = 1
            ) as newest
            where not _deleted order by _key
            """,
            source,
            table,
            [now],
        )

    def query(self, sql: str, source: str, table: str, values: list[object]) -> pa.Table:
        """Ask a table.

        Args:
            sql: a query with `{rows}` in place of the table.
            source: source.
            table: table.
            values: values of its question marks.

        Returns:
            The answer.
        """
        files = [str(path) for path in self.parts(source, table)]
        with engine() as connection:
            rows = f"read_parquet({files!r}, union_by_name = true)"
            return connection.sql(sql.format(rows=rows), params=values).to_arrow_table()
