"""A lake of a source of records written by hand, and the part of the warehouse that counts it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.connector import Connector
from connectors.lake_files import load_of, visible_files
from connectors.landing import REGISTER, stamped_schema, write_empty_tables
from connectors.spec import SourceSpec
from expectations.quality import QUALITY, SCHEMAS, ensure_quality_files
from pipelines import raw
from pipelines.build_context import build_vars
from pipelines.settings import DBT_PROJECT
from pipelines.verdicts import decisions

Row = dict[str, Any]
KNOWN_AT = "2026-11-22T00:00:00+00:00"


class RecordsWarehouse:
    """The lake of one source, built by dbt on either engine.

    Args:
        folder: where lake and database stand.
        spec: the source.
        dsn: of the PostgreSQL database; DuckDB without it.
    """

    def __init__(self, folder: Path, spec: SourceSpec, dsn: str = "") -> None:
        self.folder, self.lake, self.dsn = folder, folder / "lake", dsn
        self.connector = Connector(spec, lambda _context: iter(()))
        self.database = folder / "build.duckdb"
        self._loads = 0
        write_empty_tables(self.connector, self.lake)
        ensure_quality_files(self.lake, [spec.name])

    @property
    def name(self) -> str:
        return self.connector.spec.name

    def land(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Write one accepted load; a row brings `_known_at` and what it says, the rest is null."""
        self._loads += 1
        load_id = f"{1_700_000_000 + self._loads}.5"
        delivery = f"{self._loads:064d}"
        for table, rows in tables.items():
            schema = stamped_schema(self.connector.spec.tables[table])
            schema = schema.append(pa.field("_dlt_load_id", pa.string()))
            stamps = {"_delivery": delivery, "_dlt_load_id": load_id}
            stamped = [row | stamps | {"_row_no": number} for number, row in enumerate(rows, 1)]
            path = self.lake / self.name / table / f"{load_id}.0a1b2c3d4e.parquet"
            pq.write_table(pa.Table.from_pylist(stamped, schema=schema), path)
        self._accept(load_id, delivery)

    def accept_landed(self) -> None:
        """Accept every delivery that a connector landed in the lake, as judging does."""
        for path in visible_files(self.lake / self.name / REGISTER):
            deliveries = pq.read_table(path, columns=["delivery_id"])["delivery_id"].to_pylist()
            if deliveries:
                self._judge(load_of(path), deliveries)

    def _accept(self, load_id: str, delivery: str) -> None:
        ended = self._judge(load_id, [delivery])
        entry = {"load_id": load_id, "status": 0, "inserted_at": ended.isoformat()}
        path = self.lake / self.name / "_dlt_loads" / f"{self.name}__{load_id}.jsonl"
        path.write_text(json.dumps(entry) + "\n", encoding="utf-8")

    def _judge(self, load_id: str, deliveries: Sequence[str]) -> datetime:
        ended = datetime.fromtimestamp(float(load_id), UTC)
        verdict = {"source": self.name, "load_id": load_id, "decision": "accepted", "reason": ""}
        verdict |= {"judged_at": ended, "known_at": ended}
        verdicts = [verdict | {"delivery": delivery} for delivery in deliveries]
        for kind, rows in (("verdict", verdicts), ("rejected", [])):
            path = self.lake / QUALITY / kind / f"{self.name}.{load_id}.parquet"
            pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMAS[kind]), path)
        return ended

    def build(self, *options: str, select: Sequence[str]) -> None:
        """Run dbt on what is named."""
        if self.dsn:
            found = decisions(self.lake, [self.name])
            raw.copy_accepted(self.dsn, self.lake, [self.connector], found)
        variables = json.dumps(build_vars([self.connector]), ensure_ascii=False)
        call = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build", *options]
        call += ["--exclude-resource-type", "test", "unit_test"]
        # what is owed is judged from every source's arrivals, which are not here
        call += ["--select", *select, "--vars", variables]
        call += ["--exclude", "dq_owed_dossier", "dq_owed_task"]
        call += ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
        call += ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder)]
        done = subprocess.run(call, env=os.environ | self._environment(), capture_output=True)
        assert done.returncode == 0, done.stdout.decode()[-3000:]

    def _environment(self) -> dict[str, str]:
        values = {"KHO_LAKE": str(self.lake), "KHO_KNOWN_AT": KNOWN_AT, "DO_NOT_TRACK": "1"}
        if not self.dsn:
            return values | {"KHO_TARGET": "duckdb", "KHO_BUILD_DB": str(self.database)}
        parts = psycopg2.extensions.parse_dsn(self.dsn)
        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        values |= {f"KHO_PG_{name}": parts[key] for key, name in names.items() if key in parts}
        return values | {"KHO_TARGET": "postgres", "KHO_PG_DBNAME": parts["dbname"]}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query."""
        if not self.dsn:
            with duckdb.connect(str(self.database)) as connection:
                connection.execute("set timezone = 'UTC'")
                return connection.execute(sql).fetchall()
        with closing(psycopg2.connect(self.dsn)) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return cursor.fetchall()
