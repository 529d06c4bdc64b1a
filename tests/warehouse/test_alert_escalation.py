"""Whom nobody answers goes up: the model of alerts, looked at again day after day."""

from datetime import date, timedelta

import duckdb
import pytest

from pipelines.chain import Chain
from pipelines.working_days import is_working_day

# the long days off around Tết 2023, and days before and after
DAYS = [date(2023, 1, 3) + timedelta(days=7 * week) for week in range(8)]
EPISODES = '"build"."ind"."ind_alert_episode"'
EVER_FIRING = f"select * replace ('firing' as state) from {EPISODES}"


@pytest.fixture(scope="module")
def later(built: Chain) -> duckdb.DuckDBPyConnection:
    """The tables of the last build, with an own day on which it is looked at."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach '{built.settings.build_db}' as build (read_only)")
    connection.execute("create schema ops")
    connection.execute("create table ops.build as from build.ops.build")
    return connection


def alerts_on(later: duckdb.DuckDBPyConnection, built: Chain, day: date) -> list[tuple]:
    """Give level, fired on, days to answer, due date and day of every open alert that has fired."""
    compiled = built.settings.dbt_target / "compiled" / "kho" / "models" / "mart" / "alert.sql"
    # as if none had ended
    model = compiled.read_text(encoding="utf-8").replace(EPISODES, f"({EVER_FIRING})")
    later.execute(f"update ops.build set known_at = timestamptz '{day} 05:00:00+00'")
    return later.execute(
        "select a.escalation_level, cast(a.fired_at at time zone 'Asia/Ho_Chi_Minh' as date),"
        " t.days_due, a.due_date, a.escalated_after"
        f" from ({model}) as a"
        " inner join build.ops.thresholds as t on a.rule_id = t.rule_id and t.valid_to is null"
        f" where a.is_open and a.fired_at < timestamptz '{day} 00:00:00+00'"
        f" and a.fired_at > timestamptz '{day} 00:00:00+00' - interval '60 days'"
    ).fetchall()


def after(day: date, working_days: int) -> date:
    while working_days:
        day += timedelta(days=1)
        working_days -= is_working_day(day)
    return day


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_an_alert_goes_up_past_its_term_and_again_after_as_long(
    later: duckdb.DuckDBPyConnection, built: Chain, day: date
) -> None:
    found = alerts_on(later, built, day)
    assert found
    for level, fired_on, term, due, since in found:
        ends = [after(fired_on, term), after(fired_on, 2 * term)]
        assert due == ends[0]
        assert level == sum(end < day for end in ends)
        assert since == (ends[level - 1] if level else None)


def test_every_level_is_among_them(later: duckdb.DuckDBPyConnection, built: Chain) -> None:
    assert {row[0] for day in DAYS for row in alerts_on(later, built, day)} == {0, 1, 2}
