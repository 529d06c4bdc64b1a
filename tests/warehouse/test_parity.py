"""The same lake gives the same figures on both engines."""

import pytest

from pipelines.chain import Chain
from pipelines.settings import Settings
from tests.support.mart import differing, mart_rows

pytestmark = pytest.mark.real_data


def test_every_mart_row_is_equal_on_both_engines(built: Chain, built_postgres: Settings) -> None:
    duckdb, postgres = mart_rows(built.settings), mart_rows(built_postgres)
    assert sum(len(rows) for rows in duckdb.values()) > 5_000
    for table in ("quality_issue", "quality_scorecard", "quality_rule", "quality_coverage"):
        assert len(duckdb[f"mart.{table}"]) > 50, table
    assert not differing(duckdb, postgres)


@pytest.mark.slow
def test_rebuilt_from_the_lake_it_is_the_same(built: Chain, tmp_path) -> None:
    import shutil

    home = tmp_path / "kho"
    home.mkdir()
    shutil.copytree(built.settings.lake, home / "lake")
    chain = Chain(Settings(home=home))
    chain.judge()
    assert chain.build(), chain.outcome.failures
    chain.publish()
    assert not differing(mart_rows(chain.settings), mart_rows(built.settings))
