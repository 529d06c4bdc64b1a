"""Vintages of counted measures equal counting again as known at any moment, on both engines."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import psycopg2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.macros import render
from tests.support.postgres import PostgresServer

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
KEYS = ["area_key", "period_start"]
Key = tuple[str, date]
Total = tuple[Decimal, int]
NOTHING: Total = (Decimal(0), 0)


@dataclass(frozen=True)
class Version:
    """One version of a record, as a history holds it."""

    record: int
    version: int
    known_at: datetime
    area: str
    period: date
    value: Decimal
    is_deleted: bool

    @property
    def row(self) -> tuple[Any, ...]:
        return (
            self.record,
            self.version,
            self.known_at,
            self.area,
            self.period,
            self.value,
            self.is_deleted,
        )


@dataclass(frozen=True)
class Vintage:
    """One vintage of a key, as the macro gives it."""

    number: int
    total: Total
    known_from: datetime
    known_to: datetime | None


moments = st.datetimes(datetime(2025, 1, 13), datetime(2025, 1, 18), timezones=st.just(UTC))
versions = st.builds(
    Version,
    record=st.integers(1, 4),
    version=st.just(0),
    known_at=moments.map(lambda moment: moment.replace(minute=0, second=0, microsecond=0)),
    area=st.sampled_from(["P24-20040708", "P24-20250701"]),
    period=st.sampled_from([date(2024, 12, 15), date(2025, 1, 15)]),
    value=st.decimals(-1000, 1000, places=6),
    is_deleted=st.sampled_from([False, False, False, True]),
)
histories = st.lists(versions, min_size=1, max_size=14).map(
    lambda found: [
        Version(v.record, number, v.known_at, v.area, v.period, v.value, v.is_deleted)
        for number, v in enumerate(found)
    ]
)


def _first(moment: str, **other: Any) -> Version:
    known = datetime.fromisoformat(moment)
    base = Version(1, 0, known, "P24-20040708", date(2025, 1, 15), Decimal("0.1"), False)
    return Version(**{**base.__dict__, **other})


# 16:59 and 17:00 UTC are two days in Hà Nội; the record moves to another area, then is deleted
MOVED = [
    _first("2025-01-14T16:59:00+00:00"),
    _first("2025-01-14T17:00:00+00:00", version=1, area="P24-20250701"),
    _first("2025-01-16T02:00:00+00:00", version=2, area="P24-20250701", is_deleted=True),
]

# two versions of one moment: the higher number is in force
TIED = [_first("2025-01-14T02:00:00+00:00", version=n, value=Decimal(n)) for n in (0, 1, 2)]


def _counted(history: list[Version], moment: datetime) -> dict[Key, Total]:
    newest: dict[int, Version] = {}
    for version in sorted(history, key=lambda v: (v.known_at, v.version)):
        if version.known_at <= moment:
            newest[version.record] = version
    totals: dict[Key, Total] = defaultdict(lambda: NOTHING)
    for version in newest.values():
        if not version.is_deleted:
            value, count = totals[version.area, version.period]
            totals[version.area, version.period] = (value + version.value, count + 1)
    return totals


def _query(engine: str) -> str:
    names = ("record_id", "known_at", "version_no")
    window = render("deltas.sql", "version_window", engine, *names)
    contributed = (
        f"(select {', '.join(KEYS)}, known_at, lead(known_at) over w as known_to,"
        " known_at as loaded_at,"
        " lead(known_at) over w as next_loaded_at, case when not is_deleted then value end as value"
        f" from delta_history window w as ({window}))"
    )
    deltas = render("deltas.sql", "signed_deltas", engine, contributed, KEYS)
    return render("deltas.sql", "delta_vintages", engine, f"({deltas})", KEYS)


class Engine:
    """A bare connection with a table of versions."""

    def __init__(self, name: str, connection: Any, mark: str) -> None:
        self.name, self._query = name, _query(name)
        self._cursor, self._mark = connection.cursor(), mark
        self._cursor.execute(
            "create temp table delta_history (record_id integer, version_no integer, "
            "known_at timestamptz, area_key text, period_start date, value decimal(28, 6), "
            "is_deleted boolean)"
        )

    def vintages(self, history: list[Version]) -> dict[Key, list[Vintage]]:
        self._cursor.execute("delete from delta_history")
        marks = ", ".join([self._mark] * 7)
        # backwards: no order of arrival may stand in for the number of the version
        self._cursor.executemany(
            f"insert into delta_history values ({marks})",
            [version.row for version in reversed(history)],
        )
        self._cursor.execute(
            "select area_key, period_start, vintage_no, value, record_count, known_from, known_to "
            f"from ({self._query}) as v order by area_key, period_start, vintage_no"
        )
        found: dict[Key, list[Vintage]] = defaultdict(list)
        for area, period, number, value, count, known_from, known_to in self._cursor.fetchall():
            found[area, period].append(Vintage(number, (value, count), known_from, known_to))
        return found


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "duckdb":
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            yield Engine("duckdb", connection, "?")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with closing(psycopg2.connect(server.dsn())) as connection:
        yield Engine("postgres", connection, "%s")


def _known(vintages: list[Vintage], moment: datetime) -> Vintage | None:
    place = bisect_right([vintage.known_from for vintage in vintages], moment)
    return vintages[place - 1] if place else None


def _end_of_day(moment: datetime) -> datetime:
    midnight = moment.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1) - timedelta(microseconds=1)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=histories, asked=st.lists(moments, min_size=1, max_size=5))
@example(history=MOVED, asked=[datetime(2025, 1, 14, 16, 59, 30, tzinfo=UTC)])
@example(history=TIED, asked=[datetime(2025, 1, 14, 2, tzinfo=UTC)])
def test_vintages_equal_counting_again(
    engine: Engine, history: list[Version], asked: list[datetime]
) -> None:
    found = engine.vintages(history)
    days = {_end_of_day(moment) for moment in [*asked, *(v.known_at for v in history)]}
    keys = {(version.area, version.period) for version in history}
    assert set(found) <= keys
    for key in keys:
        for day in days:
            vintage = _known(found[key], day)
            assert (vintage.total if vintage else NOTHING) == _counted(history, day)[key]
        # within a day: what is given was the truth when it became known, never later news
        for moment in asked:
            vintage = _known(found[key], moment)
            if vintage:
                assert vintage.total == _counted(history, vintage.known_from)[key]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=histories)
@example(history=MOVED)
def test_vintages_of_a_key_form_a_chain(engine: Engine, history: list[Version]) -> None:
    for vintages in engine.vintages(history).values():
        assert [vintage.number for vintage in vintages] == list(range(1, len(vintages) + 1))
        assert vintages[-1].known_to is None
        days = [vintage.known_from.astimezone(HANOI).date() for vintage in vintages]
        assert days == sorted(set(days))
        for earlier, later in pairwise(vintages):
            assert earlier.known_to == later.known_from
            assert earlier.total != later.total


def test_a_record_that_moves_leaves_its_old_area(engine: Engine) -> None:
    found = engine.vintages(MOVED)
    totals = {key[0]: [vintage.total for vintage in vintages] for key, vintages in found.items()}
    one = (Decimal("0.100000"), 1)
    assert totals == {"P24-20040708": [one, NOTHING], "P24-20250701": [one, NOTHING]}
