"""The records of five systems give the same rows on both engines, at once or in two steps."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.chain import Chain
from pipelines.settings import Settings
from simulators.province import Fault, ProvinceBox
from tests.support.mart import Rows, counted_rows, differing, fact_rows, mart_rows
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.slow

# over the merger of agencies on 1 March, with the lists of a term that begins
NOW = datetime(2025, 3, 6, 9, tzinfo=timezone(timedelta(hours=7)))
DAYS = (date(2025, 2, 1), date(2025, 3, 31))
CHANGES = ("restated_rows", "deleted_rows", "late_rows")
CHANGED = ("dvc", "giao_duc", "ioffice", "y_te")
SOURCES = [*CHANGED, "quan_trac"]


@dataclass(frozen=True)
class TwoWarehouses:
    """One lake and what was built from it on each engine."""

    duckdb: Settings
    postgres: Settings

    def pull(self, now: datetime) -> None:
        """Land and judge what the sources tell by a moment."""
        chain = Chain(self.duckdb.model_copy(update={"now": now}), SOURCES)
        with chain.exclusive():
            for source in chain.chosen:
                chain.land(source)
            chain.judge()
        assert not chain.outcome.sick and not chain.outcome.held
        landed = chain.outcome.landed.items()
        assert not {name for name, told in landed if not any(told.rows.values())}

    def build(self, now: datetime) -> None:
        """Build and publish on each engine."""
        for settings in (self.duckdb, self.postgres):
            _publish(settings.model_copy(update={"now": now}))


def _publish(settings: Settings) -> None:
    chain = Chain(settings)
    with chain.exclusive():
        chain.judge()
        assert chain.build(), chain.outcome.failures
        chain.publish()
    assert chain.outcome.is_new


def _rows(settings: Settings) -> dict[str, Rows]:
    return mart_rows(settings) | fact_rows(settings) | {"msr_counted": counted_rows(settings)}


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProvinceBox]:
    with ProvinceBox("nghe_an", 0.002, *DAYS, tmp_path / "truth", NOW, sources=SOURCES) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("KHO_PSEUDONYM_KEY", "khoa-bi-danh-chi-de-thu")
        yield made


@pytest.fixture
def warehouses(tmp_path: Path, postgres: PostgresServer) -> TwoWarehouses:
    duckdb = Settings(home=tmp_path / "kho", target="duckdb")
    dsn = SecretStr(postgres.create_database("nam_nguon"))
    return TwoWarehouses(duckdb, duckdb.model_copy(update={"target": "postgres", "pg_dsn": dsn}))


def test_five_sources_are_equal_on_both_engines_and_after_a_second_pull(
    box: ProvinceBox, warehouses: TwoWarehouses, tmp_path: Path
) -> None:
    warehouses.pull(NOW)
    warehouses.build(NOW)
    first = _rows(warehouses.duckdb)
    assert len(first["msr_counted"]) > 1_000
    empty = {table for table, rows in first.items() if table.startswith("core.") and not rows}
    assert empty == {"core.fct_statistic"}
    assert not differing(first, _rows(warehouses.postgres))

    box.clock.forward(timedelta(days=3))
    for fault in (Fault(change, source) for source in CHANGED for change in CHANGES):
        box.inject(fault)
    later = box.clock.now()
    warehouses.pull(later)
    warehouses.build(later)
    second = _rows(warehouses.duckdb)
    assert len(second["msr_counted"]) > len(first["msr_counted"])
    assert not differing(second, _rows(warehouses.postgres))

    # a new home has nothing but the lake
    rebuilt = Settings(home=tmp_path / "rebuilt", target="duckdb", now=later)
    shutil.copytree(warehouses.duckdb.lake, rebuilt.lake)
    _publish(rebuilt)
    assert not differing(second, _rows(rebuilt))
