"""Who owes what by when, who was reminded of it and how often, each case worked by hand."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipelines.reminding.ledger import overlay
from pipelines.steward.log import Draft, append, read_log
from tests.support.macros import render
from tests.support.models import (
    Engine,
    build_model,
    duckdb_engine,
    fill,
    postgres_engine,
    seed_rows,
)
from tests.support.postgres import PostgresServer

MODELS = (
    *("agency_in_office", "dq_owed_delivery", "dq_owed_task", "dq_owed_dossier"),
    *("reminder", "submission", "reminder_count"),
)
NOW = "timestamptz '2025-03-20 02:00:00+00'"
SOURCES = [
    {"name": "thong_ke", "title": "Biểu tháng", "kind": "figures", "every": "month", "due_day": 29},
    {"name": "ioffice", "title": "iOffice", "kind": "records", "every": "day"},
    {"name": "y_te", "title": "Y tế", "kind": "records", "every": "day"},
]
PROMISE = {"producer": "p", "owner_agency": "vp_ubnd", "mode": "file", "grace_days": 1}

TASKS = [
    # agency, area, due, done, in time, cancelled
    ["so_khdt", "P", "2025-02-10", "2025-02-10", "true", "false"],
    ["so_khdt", "P", "2025-02-20", "2025-02-27", "false", "false"],
    ["so_khdt", "P", "2025-02-25", None, "false", "false"],
    ["so_khdt", "P", "2025-02-26", None, "false", "true"],
    ["so_tc", "P", "2025-02-12", "2025-02-11", "true", "false"],
    # given to the department that was merged, due after the merger
    ["so_khdt", "P", "2025-03-05", "2025-03-04", "true", "false"],
    # the day before the source's last full day, that day itself
    ["so_tc", "P", "2025-03-18", None, "false", "false"],
    ["so_tc", "P", "2025-03-19", None, "false", "false"],
    # a ward, a unit that nobody knows, one of the province whose office is not told
    ["_all", "C07201-20250101", "2025-03-01", None, "false", "false"],
    [None, None, "2025-03-02", None, "false", "false"],
    ["_all", "P24-20040708", "2025-03-03", "2025-03-03", "true", "false"],
]
DOSSIERS = [
    # agency, due, ended, in time, supplement asked, given
    # due on the whole of 10 March, ended on it
    ["so_yt", "2025-03-10 17:00+00", "2025-03-10 09:00+00", "true", None, None],
    # in time, but the citizen was asked twice: late by 0 days
    ["so_yt", "2025-03-10 17:00+00", "2025-03-09 09:00+00", "false", None, None],
    ["so_yt", "2025-03-10 17:00+00", "2025-03-14 09:00+00", "false", None, None],
    # the office waits for the citizen; it has the supplement and is late
    ["so_yt", "2025-03-11 09:00+00", None, "false", "2025-03-05 09:00+00", None],
    ["so_yt", "2025-03-12 09:00+00", None, "false", "2025-03-05 09:00+00", "2025-03-06 09:00+00"],
    # due at the end of 19 March: the source has not told all of 19 March
    ["so_yt", "2025-03-19 17:00+00", None, "false", None, None],
]
EXPECTED = [
    # source, agency, month, expected, received, due until, received on
    ["thong_ke", "cuc_thong_ke", "2024-12-01", "9", "9", "2025-01-07", "2025-01-06"],
    ["thong_ke", "cuc_thong_ke", "2025-01-01", "9", "9", "2025-02-07", "2025-02-20"],
    # a table that came owes nothing more, whatever figure it lacks; two tables did not come
    ["thong_ke", "cuc_thong_ke", "2025-02-01", "5", "4", "2025-03-09", "2025-03-06"],
    ["thong_ke", "cuc_thong_ke", "2025-02-01", "4", "0", "2025-03-09", None],
    ["thong_ke", "cuc_thong_ke", "2025-02-01", "4", "0", "2025-03-09", None],
    ["thong_ke", "cuc_thong_ke", "2025-03-01", "9", "0", "2025-04-07", None],
    ["ioffice", "vp_ubnd", "2025-03-01", "14", "13", "2025-03-19", None],
    # all that was owed of a month that is not over
    ["y_te", "so_yt", "2025-02-01", "20", "20", "2025-03-02", "2025-03-01"],
    ["y_te", "so_yt", "2025-03-01", "13", "13", "2025-03-20", None],
    # nothing is owed yet
    ["ioffice", "vp_ubnd", "2025-04-01", "0", "0", "2025-05-02", None],
]  # fmt: skip


class Adapter:
    """Dbt's adapter as far as the models of the ledger ask it."""

    def __init__(self, engine: str) -> None:
        self._engine = engine

    def dispatch(self, name: str) -> Any:
        if name == "steward_decisions":
            return lambda: "steward_decision"
        return lambda *given: render("json.sql", f"{self._engine}__{name}", self._engine, *given)


class Log:
    """Decisions on reminders, as the copy for dbt holds them."""

    def __init__(self) -> None:
        self.rows: list[list[str | None]] = []

    def write(self, action: str, key: str, at: str, reason: str = "", **subject: Any) -> None:
        told = json.dumps(subject, ensure_ascii=False) if subject else None
        self.rows.append([str(len(self.rows) + 1), key, action, "Lan", reason, told, at])

    def remind(self, letter: str, agency: str, at: str, *submissions: str, number: int = 1) -> None:
        items = [
            {
                "reminder_id": f"{letter}{index}",
                "submission_id": submission,
                "form_name": "Việc «a», b",
                "period_label": "02/2025",
                "number": number,
            }
            for index, submission in enumerate(submissions, 1)
        ]
        told = {"agency_code": agency, "agency_name": f"Sở {agency}", "letter": f"{letter}.docx"}
        self.write("remind", letter, f"{at} 03:00+00", **told, items=items)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> tuple[str, Engine]:
    if request.param == "duckdb":
        return "duckdb", duckdb_engine()
    server: PostgresServer = request.getfixturevalue("postgres")
    return "postgres", postgres_engine(server.create_database("don_doc"))


@pytest.fixture(scope="module")
def prepared(engine: tuple[str, Engine]) -> tuple[str, Engine]:
    """Everything but the decisions."""
    _, run = engine
    agencies = "agency_code text, agency_name text, short_name text, valid_from date,"
    fill(run, "agencies", f"{agencies} valid_to date, successor_code text, note text",
         seed_rows("agencies"))  # fmt: skip
    fill(run, "reminder_limits", "valid_from date, valid_to date, review_limit integer,"
         " discipline_limit integer, days_between integer, days_to_answer integer,"
         " months_back integer, basis text", seed_rows("reminder_limits"))  # fmt: skip
    fill(run, "dim_area", "area_key text, area_name text, level text, valid_to date", [
        ["C07201-20250101", "Phường Thọ Xương", "commune", "2025-06-30"],
        ["P24-20040708", "Bắc Giang", "province", "2025-06-30"],
    ])  # fmt: skip
    fill(run, "bridge_area", "old_area_key text, area_key text, weight numeric(10, 9)",
         [["C07201-20250101", "C07210-20250701", "1"]])  # fmt: skip
    fill(run, "fct_task", "agency_code text, area_key text, due_on date, done_on date,"
         " is_on_time boolean, is_cancelled boolean", TASKS)  # fmt: skip
    fill(run, "fct_dossier", "agency_code text, due_at timestamptz, ended_at timestamptz,"
         " is_on_time boolean, supplement_asked_at timestamptz, supplement_given_at timestamptz,"
         " area_key text, received_on date",
         [[*row, "P", "2025-03-01"] for row in DOSSIERS])  # fmt: skip
    fill(run, "dq_expected", "source_code text, agency_code text, score_month date,"
         " expected_fields integer, received_fields integer, due_until date, received_on date",
         EXPECTED)  # fmt: skip
    # the sources have told all of 18 March
    fill(run, "dq_arrival", "source_code text, known_from timestamptz",
         [["ioffice", "2025-03-18 17:00+00"], ["dvc", "2025-03-18 17:00+00"]])  # fmt: skip
    return engine


def ledger(
    prepared: tuple[str, Engine], log: Log | None = None, now: str = NOW
) -> tuple[Engine, str]:
    """Build the ledger with these decisions."""
    name, run = prepared
    # a row that says nothing keeps the table typed when nobody decided anything
    rows: Iterable[Any] = (
        log.rows if log and log.rows else [["0", "x", "ack", "x", "x", None, None]]
    )
    fill(run, "steward_decision", 'seq bigint, issue_id text, action text, "by" text, reason text,'
         " subject text, decided_at timestamptz", rows)  # fmt: skip
    names: dict[str, Any] = {
        "known_at": lambda: now,
        "publication_id": lambda: "1",
        "is_simulated": lambda: "false",
        "record_sources": lambda: ["dvc", "ioffice"],
        "var": lambda _name, _default: [PROMISE | source for source in SOURCES],
        "adapter": Adapter(name),
        "return": lambda value: value,
    }
    for model in MODELS:
        build_model(run, model, **names)
    return run, name


OWED = (
    "select form_code, agency_code, agency_then_code, period_label, cast(due_date as text),"
    " owed_count, received_count, late_count, missing_count, status, days_late from submission"
    " where form_code {} order by period_start, agency_then_code"
)


def test_tasks_are_owed_by_who_answers_for_them(prepared: tuple[str, Engine]) -> None:
    run, _ = ledger(prepared)
    assert run(OWED.format("= 'nhiem_vu'")) == [
        ("nhiem_vu", "so_tc", "so_khdt", "02/2025", "2025-02-25", 3, 2, 1, 1, "missing", 22),
        ("nhiem_vu", "so_tc", "so_tc", "02/2025", "2025-02-12", 1, 1, 0, 0, "received", 0),
        ("nhiem_vu", "C07201-20250101", "C07201-20250101", "03/2025", "2025-03-01",
         1, 0, 0, 1, "missing", 18),
        ("nhiem_vu", "chua_ro", "chua_ro", "03/2025", "2025-03-02", 2, 1, 0, 1, "missing", 17),
        ("nhiem_vu", "so_tc", "so_tc", "03/2025", "2025-03-18", 3, 1, 0, 1, "missing", 1),
    ]  # fmt: skip
    names = run("select distinct agency_code, agency_name from submission"
                " where agency_code in ('so_tc', 'C07201-20250101') order by 1")  # fmt: skip
    assert names == [
        ("C07201-20250101", "UBND phường Thọ Xương"),
        ("so_tc", "Sở Tài chính"),
    ]


def test_a_ward_that_went_whole_into_another_is_answered_for_there(
    prepared: tuple[str, Engine],
) -> None:
    run, _ = ledger(prepared, now="timestamptz '2025-07-20 02:00:00+00'")
    rows = run("select agency_code, agency_then_code, submission_id from submission"
               " where agency_then_code like 'C%'")  # fmt: skip
    assert [row[:2] for row in rows] == [("C07210-20250701", "C07201-20250101")]


def test_dossiers_are_late_by_the_decision_and_not_while_the_citizen_is_awaited(
    prepared: tuple[str, Engine],
) -> None:
    run, _ = ledger(prepared)
    assert run(OWED.format("= 'ho_so'")) == [
        ("ho_so", "so_yt", "so_yt", "03/2025", "2025-03-12", 6, 3, 2, 1, "missing", 7)
    ]


def test_sources_and_files_owe_what_the_coverage_says(prepared: tuple[str, Engine]) -> None:
    run, _ = ledger(prepared)
    kinds = run("select distinct form_code, kind, form_name from submission"
                " where kind in ('file', 'source') order by 1")  # fmt: skip
    assert kinds == [
        ("ioffice", "source", "iOffice"),
        ("thong_ke", "file", "Biểu tháng"),
        ("y_te", "source", "Y tế"),
    ]
    office = "cuc_thong_ke"
    assert run(OWED.format("in ('thong_ke', 'ioffice', 'y_te')")) == [
        ("thong_ke", office, office, "12/2024", "2025-01-07", 1, 1, 0, 0, "received", 0),
        ("thong_ke", office, office, "01/2025", "2025-02-07", 1, 1, 1, 0, "late", 13),
        ("thong_ke", office, office, "02/2025", "2025-03-09", 3, 1, 0, 2, "missing", 11),
        ("y_te", "so_yt", "so_yt", "02/2025", "2025-03-02", 20, 20, 0, 0, "received", 0),
        ("thong_ke", office, office, "03/2025", "2025-04-07", 1, 0, 0, 0, "waiting", 0),
        ("y_te", "so_yt", "so_yt", "03/2025", "2025-03-20", 13, 13, 0, 0, "waiting", 0),
        ("ioffice", "vp_ubnd", "vp_ubnd", "03/2025", "2025-03-19", 14, 13, 0, 1, "missing", 1),
    ]


def submission_of(prepared: tuple[str, Engine], where: str) -> str:
    run, _ = ledger(prepared)
    ((found,),) = run(f"select submission_id from submission where {where}")
    return str(found)


def test_a_letter_is_one_reminder_however_many_items_it_names(
    prepared: tuple[str, Engine],
) -> None:
    feb = submission_of(prepared, "form_code = 'nhiem_vu' and agency_then_code = 'so_khdt'")
    mar = submission_of(prepared, "form_code = 'nhiem_vu' and agency_code = 'so_tc'"
                        " and period_label = '03/2025'")  # fmt: skip
    log = Log()
    log.remind("a", "so_khdt", "2025-02-27", feb)
    log.remind("b", "so_tc", "2025-03-10", feb, mar, number=2)
    run, _ = ledger(prepared, log)
    told = run("select reminder_id, agency_name, form_name, number, number_in_year, letter, state,"
               " cast(reminded_on as text), year from reminder order by reminder_id")  # fmt: skip
    assert told == [
        ("a1", "Sở so_khdt", "Việc «a», b", 1, 1, "a.docx", "sent", "2025-02-27", 2025),
        ("b1", "Sở so_tc", "Việc «a», b", 2, 1, "b.docx", "sent", "2025-03-10", 2025),
        ("b2", "Sở so_tc", "Việc «a», b", 2, 1, "b.docx", "sent", "2025-03-10", 2025),
    ]
    counts = run("select agency_code, year, reminders, counted from reminder_count order by 1")
    assert counts == [("so_khdt", 2025, 1, 1), ("so_tc", 2025, 1, 1)]
    sent = run("select submission_id, reminders_sent, cast(last_reminded_on as text)"
               " from submission where reminders_sent > 0")  # fmt: skip
    assert sorted(sent) == sorted([(feb, 2, "2025-03-10"), (mar, 1, "2025-03-10")])


def test_the_limits_begin_with_their_number(prepared: tuple[str, Engine]) -> None:
    log = Log()
    # 23:59 of New Year's Eve in Viet Nam is of the old year, 00:00 of the new
    for key, at in (("old", "2024-12-31 16:59+00"), ("new", "2024-12-31 17:00+00")):
        item = {"reminder_id": key, "submission_id": "s", "form_name": "f", "period_label": "p"}
        told = {"agency_code": "eve", "agency_name": "Sở", "letter": "x"}
        log.write("remind", key, at, **told, items=[item | {"number": 1}])
    for letters in (2, 3, 5, 6, 7):
        for number in range(letters):
            log.remind(f"{letters}.{number}", f"a{letters}", f"2025-01-{number + 1:02d}", "s")
    run, _ = ledger(prepared, log)
    rows = run("select agency_code, year, counted, standing from reminder_count order by 1, 2")
    assert rows == [
        ("a2", 2025, 2, "none"),
        ("a3", 2025, 3, "review"),
        ("a5", 2025, 5, "review"),
        ("a6", 2025, 6, "discipline"),
        ("a7", 2025, 7, "discipline"),
        ("eve", 2024, 1, "none"),
        ("eve", 2025, 1, "none"),
    ]


def test_contested_reminders_wait_and_withdrawn_ones_never_count(
    prepared: tuple[str, Engine],
) -> None:
    feb = submission_of(prepared, "form_code = 'nhiem_vu' and agency_then_code = 'so_khdt'")
    log = Log()
    for day, letter in enumerate("abcd", 1):
        log.remind(letter, "so_tc", f"2025-03-{day:02d}", feb, "other", number=day)
    for key in ("a1", "b1", "b2", "c1", "c2", "d1"):
        log.write("contest", key, "2025-03-10 03:00+00", reason=f"đã gửi {key}")
    log.write("uphold", "a1", "2025-03-11 03:00+00", reason="chưa thấy")
    for key in ("c1", "c2"):
        log.write("withdraw", key, "2025-03-11 03:00+00", reason="đúng là đã gửi")
    run, _ = ledger(prepared, log)
    states = run("select reminder_id, state, number_in_year from reminder order by 1")
    assert states == [
        ("a1", "upheld", 1), ("a2", "sent", 1), ("b1", "contested", 2), ("b2", "contested", 2),
        ("c1", "withdrawn", None), ("c2", "withdrawn", None),
        ("d1", "contested", 3), ("d2", "sent", 3),
    ]  # fmt: skip
    # of b every item is contested; d stands by its other item
    assert run("select reminders, contested, counted from reminder_count") == [(3, 1, 2)]
    rows = run(
        "select reminders_sent, is_contested, contest_reason from submission"
        f" where submission_id = '{feb}'"
    )
    assert rows == [(3, True, "đã gửi d1")]


def test_the_command_reads_the_log_as_the_warehouse_does(
    prepared: tuple[str, Engine], tmp_path: Path
) -> None:
    random, sealed, log = Random(3), Log(), Log()
    for letter in range(30):
        items = [f"s{random.randrange(6)}" for _ in range(random.randrange(1, 4))]
        day = f"{random.choice((2024, 2025))}-0{random.randrange(1, 9)}-15"
        sealed.remind(f"k{letter}", f"a{random.randrange(3)}", day, *items)
        for _ in range(random.randrange(3)):
            action = random.choice(("contest", "uphold", "withdraw"))
            key = f"k{random.randrange(letter + 1)}1"
            sealed.write(action, key, "2025-03-01 03:00+00", reason=f"vì {letter}")
    for _, key, action, by, reason, subject, at in sealed.rows:
        draft = Draft(issue_id=key, action=action, by=by, reason=reason, subject=subject)
        entry = append(tmp_path, draft, datetime.fromisoformat(at))
        log.rows.append([str(entry.seq), key, action, by, reason, subject, at])
    run, _ = ledger(prepared, log)
    read = overlay([], read_log(tmp_path))
    told = {(one.id, one.submission_id, one.state, str(one.reminded_on)) for one in read.reminders}
    columns = "reminder_id, submission_id, state, cast(reminded_on as text)"
    assert told == set(run(f"select {columns} from reminder")) and len(told) > 40
    counts = run("select agency_code, year, reminders, counted from reminder_count")
    assert len(counts) == 6
    for agency, year, *letters in counts:
        assert read.letters(agency, year) == tuple(letters)
