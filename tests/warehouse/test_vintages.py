"""What was known at a moment, and that no two vintages of one key are valid together."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.models import Engine, duckdb_engine, postgres_engine, rendered
from tests.support.postgres import PostgresServer

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
each_engine = settings(deadline=None, max_examples=40)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine, empty."""
    if request.param == "duckdb":
        return duckdb_engine()
    server: PostgresServer = request.getfixturevalue("postgres")
    return postgres_engine(server.create_database("lan_cong_bo"))


@dataclass(frozen=True)
class Vintage:
    """One value of a key, told by one source, valid from one day until another.

    Attributes:
        key: whose value it is.
        source: who told it.
        number: its place in the order of publication.
        known_from: day on which it became known, counted from BEGIN.
        known_to: day on which the next one did, None while it is the newest.
    """

    key: str
    source: str
    number: int
    known_from: int
    known_to: int | None


@st.composite
def vintages(draw: st.DrawFn) -> list[Vintage]:
    """Chains of publications; of two on one day the first was never the known one."""
    found = []
    for key in draw(st.sets(st.sampled_from(["a", "b"]), min_size=1)):
        for source in draw(st.sets(st.sampled_from(["x", "y"]), min_size=1)):
            days = sorted(draw(st.lists(st.integers(0, 9), min_size=1, max_size=5)))
            found += [
                Vintage(key, source, number, day, following)
                for number, (day, following) in enumerate(
                    zip(days, [*days[1:], None], strict=True), start=1
                )
            ]
    return found


def sql(chain: list[Vintage]) -> str:
    rows = ", ".join(
        f"('{v.key}', '{v.source}', {v.number}, {moment(v.known_from)},"
        f" {'cast(null as timestamptz)' if v.known_to is None else moment(v.known_to)})"
        for v in chain
    )
    return (
        f"(select * from (values {rows}) as r (key, source_code, vintage_no, known_from, known_to))"
    )


def moment(day: float) -> str:
    return f"timestamptz '{BEGIN + timedelta(days=day)}'"


def overlaps(engine: Engine, chain: list[Vintage]) -> list[tuple[object, ...]]:
    text = "{{ overlaps(vintages(), ['key', 'source_code'], 'known_from', 'known_to') }}"
    return engine(rendered(text, vintages=lambda: sql(chain)))


@each_engine
@given(chain=vintages(), half_days=st.integers(-2, 22))
def test_as_known_at_gives_the_newest_of_what_was_known(
    engine: Engine, chain: list[Vintage], half_days: int
) -> None:
    now = half_days / 2
    text = "{{ as_known_at(vintages(), moment()) }}"
    rows = engine(rendered(text, vintages=lambda: sql(chain), moment=lambda: moment(now)))
    newest: dict[tuple[str, str], int] = {}
    for vintage in chain:
        if vintage.known_from <= now:
            newest[vintage.key, vintage.source] = vintage.number
    assert sorted(row[:3] for row in rows) == sorted((*key, no) for key, no in newest.items())


@each_engine
@given(chain=vintages())
def test_vintages_that_follow_one_another_do_not_overlap(
    engine: Engine, chain: list[Vintage]
) -> None:
    assert overlaps(engine, chain) == []


@each_engine
@given(chain=vintages(), data=st.data())
def test_a_vintage_that_outlives_the_next_is_found(
    engine: Engine, chain: list[Vintage], data: st.DataObject
) -> None:
    ended = [v for v in chain if v.known_to is not None]
    if not ended:
        return
    chosen = data.draw(st.sampled_from(ended))
    later = replace(chosen, known_to=data.draw(st.sampled_from([None, chosen.known_to + 1])))
    with_fault = [later if v is chosen else v for v in chain]
    assert overlaps(engine, with_fault)


def test_a_vintage_that_ends_before_it_begins_is_found(engine: Engine) -> None:
    assert overlaps(engine, [Vintage("a", "x", 1, 5, 3)])
