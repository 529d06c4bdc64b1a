"""The records of five systems give the same rows on both engines."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.chain import Chain
from pipelines.settings import Settings
from simulators.province import ProvinceBox
from tests.support.mart import Rows, counted_rows, differing, fact_rows, mart_rows
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.slow

# over the merger of agencies on 1 March, with the lists of a term that begins
NOW = datetime(2025, 3, 6, 9, tzinfo=timezone(timedelta(hours=7)))
DAYS = (date(2025, 2, 1), date(2025, 3, 31))
SOURCES = ["dvc", "giao_duc", "ioffice", "quan_trac", "y_te"]


def _pull(settings: Settings) -> None:
    chain = Chain(settings, SOURCES)
    with chain.exclusive():
        for source in chain.chosen:
            chain.land(source)
        chain.judge()
    assert not chain.outcome.sick and not chain.outcome.held
    landed = chain.outcome.landed.items()
    assert not {name for name, told in landed if not any(told.rows.values())}


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


def test_five_sources_are_equal_on_both_engines(
    box: ProvinceBox, postgres: PostgresServer, tmp_path: Path
) -> None:
    duckdb = Settings(home=tmp_path / "kho", target="duckdb", now=NOW)
    dsn = SecretStr(postgres.create_database("nam_nguon"))
    other = duckdb.model_copy(update={"target": "postgres", "pg_dsn": dsn})
    _pull(duckdb)
    _publish(duckdb)
    _publish(other)
    rows = _rows(duckdb)
    assert len(rows["msr_counted"]) > 1_000
    empty = {table for table, found in rows.items() if table.startswith("core.") and not found}
    assert empty == {"core.fct_statistic"}
    assert not differing(rows, _rows(other))
