"""One lake, one warehouse of each engine and one PostgreSQL for the whole session."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from pydantic import SecretStr
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from pipelines.chain import Chain
from pipelines.reader import Reader, open_reader
from pipelines.settings import REPOSITORY, Settings
from tests.support.postgres import PostgresServer, running_postgres

# CI looks at the same examples every time; a developer's runs look at new ones
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


class _ByFile(LoadScopeScheduling):
    """Keep a file's tests on one worker, and all boards on one: there is one Superset a worker."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "boards" if file.startswith("tests/boards/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Share the files among the workers."""
    return _ByFile(config, log)


SHARED = REPOSITORY.parent / "shared" / "data"


def _real(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"không có số liệu thật {folder}")
    return folder


@pytest.fixture(scope="session")
def gso_dir() -> Path:
    """The 60 real workbooks."""
    return _real("gso_monthly")


@pytest.fixture(scope="session")
def golden_dir() -> Path:
    """The expected figures worked out from the real workbooks."""
    return _real("golden")


@pytest.fixture(scope="session")
def air_dir() -> Path:
    """The real hourly air files, whose AQI columns are the US standard's."""
    return _real("air_quality")


@pytest.fixture(scope="session")
def built(gso_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """The chain after the 60 workbooks were landed, judged, built and published on DuckDB."""
    home = tmp_path_factory.mktemp("kho")
    return published(Settings(home=home, target="duckdb"), [gso_dir])


def published(settings: Settings, paths: list[Path]) -> Chain:
    """Run the chain up to the publication and insist that it went well."""
    chain = Chain(settings, ["thong_ke"], paths=paths)
    with chain.exclusive():
        for source in chain.chosen:
            chain.land(source)
        chain.judge()
        assert chain.build(), chain.outcome.failures
        chain.publish()
    assert not chain.outcome.is_incomplete, (chain.outcome.sick, chain.outcome.held)
    return chain


@pytest.fixture(scope="session")
def built_home(built: Chain) -> Path:
    """A KHO_HOME with the real figures published; the manifest is in state/dbt_duckdb."""
    return built.settings.home


@pytest.fixture(scope="session")
def built_warehouse(built: Chain) -> Path:
    """The published DuckDB file with the real figures."""
    return built.settings.published_db


@pytest.fixture
def built_reader(built: Chain) -> Iterator[Reader]:
    """An open reader on the published DuckDB warehouse with the real figures."""
    with open_reader(built.settings) as reader:
        yield reader


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A real PostgreSQL for the session."""
    with running_postgres(tmp_path_factory.mktemp("pg")) as server:
        yield server


@pytest.fixture(scope="session")
def built_postgres(built: Chain, postgres: PostgresServer) -> Settings:
    """The same lake, built and published on PostgreSQL."""
    settings = built.settings.model_copy(
        update={"target": "postgres", "pg_dsn": SecretStr(postgres.dsn())}
    )
    chain = Chain(settings)
    with chain.exclusive():
        chain.judge()
        assert chain.build(), chain.outcome.failures
        chain.publish()
    return settings
