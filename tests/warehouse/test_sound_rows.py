"""The test of rows names each rule that is broken, and how often."""

import pytest

from tests.support.models import Engine, duckdb_engine, fill, postgres_engine, rendered
from tests.support.postgres import PostgresServer

COLUMNS = "code text, day date, kind text, rank integer"
SOUND = [["a", "2024-01-01", "x", "1"], ["a", "2024-01-02", None, "2"], ["b", None, "y", None]]
QUERY = """{{ unsound_rows(
    'told', unique=['code, day'], not_null='code',
    accepted_values={'kind': 'x, y', 'rank': '1, 2'}
) }}"""


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine, empty."""
    if request.param == "duckdb":
        return duckdb_engine()
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return postgres_engine(postgres.create_database("dong_dung"))


@pytest.mark.parametrize(
    ("more", "broken"),
    [
        ([], set()),
        ([["a", "2024-01-01", "x", "1"]], {("unique: code, day", 1)}),
        # an empty part of a key is as good as any other value
        ([["b", None, "x", "1"]], {("unique: code, day", 1)}),
        ([[None, "2024-01-01", "x", "1"], [None, "2024-01-02", "x", "1"]], {("not_null: code", 2)}),
        (
            [["c", None, "it's", "3"]],
            {("accepted_values: kind", 1), ("accepted_values: rank", 1)},
        ),
    ],
)
def test_each_broken_rule_is_named(engine: Engine, more: list, broken: set) -> None:
    fill(engine, "told", COLUMNS, SOUND + more)
    assert set(engine(rendered(QUERY))) == broken
