"""Scores of Decision 766/QĐ-TTg equal those that the national portal printed, on both engines."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.support.models import Engine, duckdb_engine, postgres_engine, rendered
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def run(request: pytest.FixtureRequest) -> Engine:
    if request.param == "duckdb":
        return duckdb_engine()
    server: PostgresServer = request.getfixturevalue("postgres")
    return postgres_engine(server.dsn())


def _lines(name: str) -> list[dict[str, str]]:
    path: Path = SHARED / "dvc" / name
    if not path.exists():
        pytest.skip(f"không có số liệu thật {path}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_progress_scores_are_those_printed(run: Engine) -> None:
    for line in _lines("phutho_progress_2026Q3_sample.csv"):
        score, share = (
            rendered(
                f"{{{{ score_766({line['total_on_time']}, {line['total_received']}, {top}) }}}}"
            )
            for top in (line["max_score"], 100)
        )
        assert run(f"select {score}, {share}") == [
            (Decimal(line["score"]), Decimal(line["ratio_pct"]))
        ], line["department_name"]


def test_six_groups_make_the_total_and_their_weights_one_hundred() -> None:
    weights = {line["group_code"]: line["max_points"] for line in _weights()}
    assert sum(map(int, weights.values())) == 100
    lines = _lines("provinces_766_scores_2026-10-05.csv")
    for line in lines:
        groups = [Decimal(line[f"{code}_{points}"]) for code, points in weights.items()]
        assert sum(groups) == Decimal(line["total_score"]), line["department_name"]
        assert all(
            score <= int(points) for score, points in zip(groups, weights.values(), strict=True)
        )
    assert len(lines) == 34


def _weights() -> list[dict[str, str]]:
    path = Path(__file__).parents[2] / "dbt_project" / "seeds" / "score_766_weights.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
