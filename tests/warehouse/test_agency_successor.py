"""What an agency did passes on by function, through as many reorganizations as there are."""

import csv
from datetime import date

import pytest

from pipelines.settings import DBT_PROJECT
from tests.support.models import (
    Engine,
    duckdb_engine,
    fill,
    postgres_engine,
    rendered,
    seed_rows,
)
from tests.support.postgres import PostgresServer

AGENCIES = (
    "agency_code text, agency_name text, short_name text, valid_from date, valid_to date,"
    " successor_code text, note text"
)
SUCCESSION = (
    "old_code text, function_vi text, successor_code text, effective_on date, basis text, note text"
)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine, empty."""
    if request.param == "duckdb":
        return duckdb_engine()
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return postgres_engine(postgres.create_database("co_quan"))


def successors(run: Engine, agencies: list, succession: list) -> set[tuple]:
    fill(run, "agencies", AGENCIES, agencies)
    fill(run, "succession", SUCCESSION, succession)
    query = rendered("{{ agency_successor_sql('agencies', 'succession') }}")
    return set(run(query))


def agency(code: str, last_day: str | None = None) -> list[str | None]:
    return [code, code, code, None, last_day, None, None]


def passed(old: str, function: str, new: str, day: str) -> list[str | None]:
    return [old, function, new, day, "", None]


def seed(name: str) -> list[dict[str, str]]:
    with (DBT_PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_departments_of_march_2025_pass_on_by_function(engine: Engine) -> None:
    rows = successors(engine, seed_rows("agencies"), seed_rows("agency_succession"))
    labour = {row[2] for row in rows if row[0] == "so_ldtbxh"}
    assert labour == {"so_nv", "so_yt", "so_gddt", "so_nnmt"}
    assert {row[1:3] for row in rows if row[0] == "so_nv"} == {
        ("", "so_nv"),
        ("Tín ngưỡng, tôn giáo", "so_dttg"),
    }
    ended = {row["agency_code"] for row in seed("agencies") if row["valid_to"]}
    assert len(ended) >= 8 and ended <= {row[0] for row in rows}
    assert not ended & {row[2] for row in rows}


def test_the_named_successor_received_a_function(engine: Engine) -> None:
    received = {(row["old_code"], row["successor_code"]) for row in seed("agency_succession")}
    named = {
        (row["agency_code"], row["successor_code"])
        for row in seed("agencies")
        if row["successor_code"]
    }
    assert len(named) >= 8 and named <= received


def test_a_function_is_followed_through_a_second_reorganization(engine: Engine) -> None:
    rows = successors(
        engine,
        [agency("A", "2025-02-28"), agency("B", "2026-12-31"), agency("C"), agency("D")],
        [
            passed("A", "đất", "B", "2025-03-01"),
            passed("A", "nước", "C", "2025-03-01"),
            passed("B", "đất", "C", "2027-01-01"),
            passed("B", "rừng", "D", "2027-01-01"),
        ],
    )
    assert {row for row in rows if row[0] in "AB"} == {
        ("A", "đất", "C", date(2027, 1, 1), 2),
        ("A", "nước", "C", date(2025, 3, 1), 1),
        ("B", "đất", "C", date(2027, 1, 1), 1),
        ("B", "rừng", "D", date(2027, 1, 1), 1),
    }


def test_an_active_agency_can_give_away_a_function_it_received(engine: Engine) -> None:
    rows = successors(
        engine,
        [agency("A", "2025-02-28"), agency("B"), agency("C")],
        [passed("A", "đất", "B", "2025-03-01"), passed("B", "đất", "C", "2026-01-01")],
    )
    assert {row[:3] for row in rows} == {
        ("A", "đất", "C"),
        ("B", "", "B"),
        ("B", "đất", "C"),
        ("C", "", "C"),
    }


def test_a_function_that_lost_its_name_goes_to_all_who_received_a_part(engine: Engine) -> None:
    rows = successors(
        engine,
        [agency("A", "2025-02-28"), agency("B", "2026-12-31"), agency("C"), agency("D")],
        [
            passed("A", "đất", "B", "2025-03-01"),
            passed("B", "rừng", "C", "2027-01-01"),
            passed("B", "biển", "D", "2027-01-01"),
        ],
    )
    assert {row[:3] for row in rows if row[0] == "A"} == {("A", "đất", "C"), ("A", "đất", "D")}


def test_every_owner_of_an_indicator_is_an_active_agency() -> None:
    active = {row["agency_name"] for row in seed("agencies") if not row["valid_to"]}
    owners = {row["owner_agency"] for row in seed("indicators")}
    assert len(owners) > 15 and owners <= active, owners - active


def in_office(run: Engine, agencies: list) -> set[tuple]:
    fill(run, "agencies", AGENCIES, agencies)
    return set(run(rendered("{{ agency_in_office_sql('agencies') }}")))


def test_what_an_agency_took_up_is_its_successors_from_the_day_after(engine: Engine) -> None:
    first, second, third = agency("A", "2025-02-28"), agency("B", "2026-12-31"), agency("C")
    first[5], second[5] = "B", "C"
    march, january = date(2025, 3, 1), date(2027, 1, 1)
    assert in_office(engine, [first, second, third, agency("D", "2025-02-28")]) == {
        ("A", None, date(2025, 2, 28), "A"),
        ("A", march, date(2026, 12, 31), "B"),
        ("A", january, None, "C"),
        ("B", None, date(2026, 12, 31), "B"),
        ("B", january, None, "C"),
        ("C", None, None, "C"),
        # it named nobody
        ("D", None, date(2025, 2, 28), "D"),
    }


def test_every_agency_that_ended_named_who_answers_today(engine: Engine) -> None:
    rows = in_office(engine, seed_rows("agencies"))
    ended = {row["agency_code"] for row in seed("agencies") if row["valid_to"]}
    answering = {row[0]: row[3] for row in rows if row[2] is None}
    assert ended and not ended & set(answering.values())
    assert answering["so_khdt"] == "so_tc" and answering["so_gtvt"] == "so_xd"
