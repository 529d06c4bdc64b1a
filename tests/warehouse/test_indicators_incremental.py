"""An incremental build of the vintages gives what a rebuild from everything gives."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.settings import DBT_PROJECT

SEEDS = ["indicators", "measures", "awaited_measures", "base_revisions", "estimate_status", "units"]
SEEDS = [f"{seed},resource_type:seed" for seed in SEEDS]
MODELS = ["msr_binding", "msr_measure", "msr_statistic", "msr_reading", "ind_published_vintage"]
MODELS += ["ind_measure_vintage", "ind_base_event", "ind_measure_base"]
VINTAGES = "select * exclude (load_id) from ind.ind_published_vintage order by all"
JANUARY = "where period_start = date '2024-01-01'"
DECEMBER = "where period_start = date '2023-12-01' order by vintage_no"
FACTS = """
create schema core;
create table core.dim_area as select 'VN-00' as area_key, '00' as area_code, 'Cả nước' as area_name;
create table core.fct_statistic (
    series_code text, area_key text, calendar text, period_type text, period_start date,
    period_end date, role text, value decimal(28, 6), estimate_status text, published_on date,
    published_seq integer, load_id text, loaded_at timestamptz, source_file text, sheet text,
    cell text, unit text
);
create schema msr;
create table msr.msr_reported (
    measure_code text, area_key text, agency_code text, source_code text, calendar text,
    period_type text, period_start date, period_end date, value decimal(28, 6), role text,
    estimate_status text, published_on date, published_seq integer, publication_order bigint,
    known_from timestamptz, load_id text, loaded_at timestamptz, source_ref text
);
create table msr.msr_counted as
select *, '' as series_key, 1 as vintage_no, known_from as known_to from msr.msr_reported;
"""


class Warehouse:
    """A DuckDB file with hand-made facts, built by dbt from the facts upward."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "build.duckdb"
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(FACTS)

    def say(
        self, file: str, published: str, period: str, value: float, status: str, seq: int = 1
    ) -> None:
        """Add one printed retail total of a month."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(
                "insert into core.fct_statistic select 'ban_le.tong', 'VN-00', 'calendar', 'month',"
                " d, (d + interval '1 month' - interval '1 day')::date, 'value', ?, ?, ?, ?, ?,"
                " timestamptz '2025-01-01 00:00:00+00', ?, 'S', 'A1', 'tỷ đồng'"
                " from (select ?::date as d)",
                [value, status, published, seq, file, file, period],
            )

    def forget(self, file: str) -> None:
        """Take a file's figures away, as when its delivery is held back later."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute("delete from core.fct_statistic where source_file = ?", [file])

    def build(self, *options: str) -> list[tuple[Any, ...]]:
        """Run dbt and give every vintage."""
        environment = os.environ | {
            "KHO_TARGET": "duckdb",
            "KHO_BUILD_DB": str(self.path),
            "KHO_KNOWN_AT": "2025-02-01T00:00:00+00:00",
            "DO_NOT_TRACK": "1",
        }
        call = [str(Path(sys.executable).with_name("dbt")), "build", *options]
        call += ["--resource-type", "seed", "--resource-type", "model", "--select", *MODELS, *SEEDS]
        call += ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
        call += ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder)]
        done = subprocess.run(call, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:]
        return self.query(VINTAGES)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query."""
        with duckdb.connect(str(self.path)) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


def test_late_files_corrections_and_withdrawals(warehouse: Warehouse) -> None:
    warehouse.say("jan", "2024-01-29", "2023-12-01", 515_952, "preliminary")
    warehouse.say("jan2", "2024-01-29", "2024-01-01", 524_116, "estimate")
    warehouse.say("withdrawn", "2024-01-29", "2023-11-01", 1, "estimate")
    assert len(warehouse.build()) == 3
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute(f"update ind.ind_published_vintage set load_id = 'untouched' {JANUARY}")

    # the workbook of December arrives after that of January; a correction has the same day
    warehouse.say("dec", "2023-12-29", "2023-12-01", 565_786, "estimate")
    warehouse.say("dec-corrected", "2023-12-29", "2023-12-01", 565_790, "estimate", seq=2)
    warehouse.forget("withdrawn")
    after = warehouse.build()

    chain = warehouse.query(
        "select vintage_no, value, published_seq, known_to is null, base_id"
        f" from ind.ind_measure_base {DECEMBER}"
    )
    # 565,790 to 515,952 is 8.8 %: the base changed with the workbook of January
    assert [(no, int(value), seq, is_open, base) for no, value, seq, is_open, base in chain] == [
        (1, 565_786, 1, False, 1),
        (2, 565_790, 2, False, 1),
        (3, 515_952, 1, True, 2),
    ]
    assert warehouse.query("select * from ind.ind_published_vintage where value = 1") == []
    # a key with nothing new is not written again
    assert warehouse.query(f"select load_id from ind.ind_published_vintage {JANUARY}") == [
        ("untouched",)
    ]

    assert warehouse.build("--full-refresh") == after
