"""What judging and landing left, read through the macro `quality_rows` on both engines."""

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pyarrow.parquet as pq
import pytest

from expectations.quality import quality_file
from expectations.runner import RULES, judge
from pipelines.raw_quality import copy_quality
from pipelines.refusals import ensure_refused_files
from pipelines.settings import DBT_PROJECT
from pipelines.warehouse import _postgres_environment
from tests.expectations.lake_builder import SOURCE, land, workbook
from tests.support.postgres import PostgresServer

NOW = datetime(2025, 1, 10, 3, 0, tzinfo=UTC)
OLD, NEW = "1736478000.123456", "1736478900.5"
QUERY = """
    select 'result' as kind, q.load_id, q.dimension as said,
        cast(sum(q.failed_rows) as integer) as n
    from {{ quality_rows('result') }} as q where not q.passed group by 1, 2, 3
    union all
    select 'rejected', q.load_id, q.address, cast(q.row_no as integer)
    from {{ quality_rows('rejected') }} as q
    union all
    select 'verdict', q.load_id, q.decision, 0 from {{ quality_rows('verdict') }} as q
    union all
    select 'refused', q.source, q.label, case when q.is_present then 1 else 0 end
    from {{ quality_rows('refused') }} as q
    order by 1, 2, 3
"""


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Two loads with a bad row each; the first was judged before some columns came."""
    lake = tmp_path / "lake"
    for load_id, day in ((OLD, date(2024, 11, 6)), (NEW, date(2024, 12, 6))):
        book = workbook(f"{day}.xlsx", day, seed=day.month)
        book.cells[4]["value"] = float("nan")
        land(lake, load_id, [book])
        judge(lake, SOURCE, [load_id], RULES, NOW)
    for kind, added in {
        "rejected": ["address", "record", "known_at"],
        "result": ["dimension"],
    }.items():
        path = quality_file(lake, kind, SOURCE, OLD)
        pq.write_table(pq.ParquetFile(path).read().drop_columns(added), path)
    ensure_refused_files(lake, [SOURCE])
    return lake


EXPECTED = [
    ("rejected", OLD, None, 5),
    ("rejected", NEW, "16.CPI!C11", 5),
    ("result", OLD, None, 2),
    ("result", NEW, "dung", 2),
    ("verdict", OLD, "accepted", 0),
    ("verdict", NEW, "accepted", 0),
]


def show(folder: Path, lake: Path, **environment: str) -> list[tuple[Any, ...]]:
    """Give the rows of the query, as dbt runs it."""
    call = [str(Path(sys.executable).with_name("dbt")), "--quiet", "show", "--inline", QUERY]
    call += ["--limit", "-1", "--output", "json"]
    call += ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    call += ["--target-path", str(folder / "target"), "--log-path", str(folder)]
    given = {**os.environ, "KHO_LAKE": str(lake), **environment}
    done = subprocess.run(call, env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    rows = json.loads(done.stdout)["show"]
    return [(row["kind"], row["load_id"], row["said"], int(row["n"])) for row in rows]


def test_duckdb_reads_the_files_of_every_version(lake: Path, tmp_path: Path) -> None:
    build = str(tmp_path / "build.duckdb")
    assert show(tmp_path, lake, KHO_TARGET="duckdb", KHO_BUILD_DB=build) == EXPECTED


def test_postgres_has_the_same_rows(lake: Path, tmp_path: Path, postgres: PostgresServer) -> None:
    dsn = postgres.create_database("quality_rows")
    # three kinds of two loads, each kind's empty file, and the state of the refusals
    assert copy_quality(dsn, lake) == 3 * 3 + 1
    environment = _postgres_environment(dsn)
    assert show(tmp_path, lake, KHO_TARGET="postgres", **environment) == EXPECTED


def count(dsn: str, sql: str) -> tuple[Any, ...]:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
        assert row is not None
        return row


def test_postgres_follows_what_changed_and_what_went(lake: Path, postgres: PostgresServer) -> None:
    dsn = postgres.create_database("quality_step")
    copy_quality(dsn, lake)
    assert copy_quality(dsn, lake) == 0
    before = count(dsn, "select count(*) from ops.quality_result")

    path = quality_file(lake, "rejected", SOURCE, NEW)
    content = pq.ParquetFile(path).read()
    pq.write_table(content.slice(0, 1), path)
    quality_file(lake, "rejected", SOURCE, OLD).unlink()

    assert copy_quality(dsn, lake) == 1
    assert count(dsn, "select count(*), min(load_id) from ops.quality_rejected") == (1, NEW)
    assert count(dsn, "select count(*) from ops.quality_result") == before
    record, known_at = count(dsn, "select record, known_at from ops.quality_rejected")
    assert json.loads(record)["value"] == "nan"
    assert known_at == datetime(2024, 12, 5, 17, tzinfo=UTC)
