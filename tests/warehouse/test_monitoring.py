"""Hours of monitoring equal counting again from what had been told by any day, on both engines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.models import Engine, build_model, duckdb_engine, fill, postgres_engine
from tests.support.postgres import PostgresServer

START = datetime(2026, 9, 13, 16, tzinfo=UTC)
COLUMNS = (
    "station_code text, parameter_code text, medium text, aqi_standard text, local_day date,"
    " hour_no integer, hour_start timestamptz, measured_at timestamptz, known_at timestamptz,"
    " value decimal(28, 6), minutes integer, is_valid boolean, file_name text, line_no integer,"
    " load_id text, _delivery text, loaded_at timestamptz"
)


@dataclass(frozen=True)
class Told:
    """One line of a file: which five minutes it tells of, when it was known, what it says."""

    slot: int
    known_after: int
    file: int
    value: Decimal | None

    @property
    def measured_at(self) -> datetime:
        return START + timedelta(minutes=5 * self.slot)

    @property
    def known_at(self) -> datetime:
        return self.measured_at + timedelta(hours=self.known_after)

    @property
    def hour_start(self) -> datetime:
        return self.measured_at.replace(minute=0)

    @property
    def known_day(self) -> date:
        return local(self.known_at).date()


def local(moment: datetime) -> datetime:
    return moment + timedelta(hours=7)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "duckdb":
        yield duckdb_engine()
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        yield postgres_engine(server.create_database("monitoring"))


# two hours around local midnight; most lines are told at once, some days later, some twice
tellings = st.lists(
    st.builds(
        Told,
        slot=st.integers(0, 23),
        known_after=st.sampled_from([0, 0, 0, 3, 26, 50]),
        file=st.integers(1, 3),
        value=st.none() | st.decimals(0, 100, places=2),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda told: (told.slot, told.known_after, told.file),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tellings)
def test_hours_equal_counting_again(engine: Engine, told: list[Told]) -> None:
    fill(engine, "stg_quan_trac__so_do", COLUMNS, [row(n, one) for n, one in enumerate(told)])
    build_model(engine, "monitoring_hour_version", new_loads=lambda *_: "true")
    for hour in {one.hour_start for one in told}:
        for day in (date(2026, 9, 13) + timedelta(days=n) for n in range(5)):
            found = engine(
                "select received_count, valid_count, value_sum, concentration"
                f" from monitoring_hour_version where hour_start = '{hour}'"
                f" and known_day <= date '{day}'"
                f" and (replaced_day is null or replaced_day > date '{day}')"
            )
            assert found == counted([one for one in told if one.hour_start == hour], day), day


def row(number: int, told: Told) -> list[str | None]:
    """Give a line as a row of the staging model."""
    there = local(told.measured_at)
    return [
        *("S", "pm25", "air", None, str(there.date()), str(there.hour + 1)),
        *(str(told.hour_start), str(told.measured_at), str(told.known_at)),
        *(None if told.value is None else str(told.value), "5", str(told.value is not None)),
        *(f"f{told.file}", str(number), "1", "d", "2026-12-01 00:00:00+00"),
    ]


def counted(told: list[Told], day: date) -> list[tuple[int, int, Decimal, Decimal | None]]:
    """Count an hour again from the last word on each five minutes by the end of a day."""
    newest: dict[int, Told] = {}
    for one in sorted(told, key=lambda one: (one.known_at, one.file)):
        if one.known_day <= day:
            newest[one.slot] = one
    if not newest:
        return []
    values = [one.value for one in newest.values() if one.value is not None]
    total = sum(values, Decimal(0))
    mean = round(total / len(values), 6) if len(values) >= 9 else None
    return [(len(newest), len(values), total, mean)]
