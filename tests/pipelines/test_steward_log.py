"""The stewards' log: nothing decided is lost, nothing is changed unseen."""

import json
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from pipelines.errors import UserError
from pipelines.settings import Settings
from pipelines.steward import copy
from pipelines.steward.log import (
    ACTIONS,
    Draft,
    Entry,
    append,
    canonical,
    cut_tail,
    log_file,
    parse,
    read_log,
    seal,
)
from pipelines.steward.state import states
from tests.support.macros import render
from tests.support.postgres import PostgresServer

NOW = datetime(2025, 1, 20, 3, tzinfo=UTC)
TODAY = date(2025, 1, 20)


def draft(issue: str = "a1", action: str = "accept", **more: Any) -> Draft:
    return Draft(issue_id=issue, action=action, by="Lan", reason="đã hỏi", **more)  # type: ignore[arg-type]


def written(lake: Path, count: int) -> list[bytes]:
    """Give the lines of a log of so many decisions."""
    for number in range(count):
        append(lake, draft(f"i{number}"), NOW + timedelta(minutes=number))
    return log_file(lake).read_bytes().splitlines(keepends=True)


@st.composite
def drafts(draw: st.DrawFn) -> list[Draft]:
    """Decisions about two issues; only an assignment has an assignee, only a silence an end."""
    found = []
    for action in draw(st.lists(st.sampled_from(ACTIONS), max_size=8)):
        more: dict[str, Any] = {}
        if action == "assign":
            more["assignee"] = draw(st.sampled_from(["Minh", "Hoà"]))
        if action == "mute":
            more["until"] = TODAY + timedelta(days=draw(st.integers(-2, 2)))
        found.append(draft(draw(st.sampled_from(["x", "y"])), action, **more))
    return found


def decided(home: Path, items: Iterable[Draft]) -> Settings:
    found = Settings(home=home, target="duckdb")
    for item in items:
        append(found.lake, item, NOW)
    return found


@settings(deadline=None)
@given(drafts())
def test_the_log_gives_back_what_was_decided(items: list[Draft]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = read_log(decided(Path(folder), items).lake)
    assert log.broken is None and not log.torn
    assert [Draft(**{k: getattr(e, k) for k in Draft.model_fields}) for e in log.entries] == items


def in_python(entries: Iterable[Entry], today: date) -> set[tuple[Any, ...]]:
    return {
        (issue, found.state, found.reason, found.assignee, found.until)
        for issue, found in states(entries, today).items()
    }


def in_sql(query: Callable[[str], list[Any]], today: date, engine: str, lake: Path) -> Any:
    noon = f"(timestamptz '{today} 12:00:00+07')"
    sql = render(
        "steward.sql", "steward_states", engine, known_at=lambda: noon, lake=lambda: str(lake)
    )
    return set(query(f"select issue_id, state, state_reason, assignee, until from {sql} as s"))


@settings(deadline=None)
@given(drafts(), st.integers(-3, 3))
def test_the_inbox_and_the_warehouse_see_one_state(items: list[Draft], days: int) -> None:
    today = TODAY + timedelta(days=days)
    with tempfile.TemporaryDirectory() as folder:
        found = decided(Path(folder), items)
        copy.hand_over(found)
        with closing(duckdb.connect()) as connection:
            seen = in_sql(
                lambda sql: connection.execute(sql).fetchall(), today, "duckdb", found.lake
            )
        assert seen == in_python(read_log(found.lake).entries, today)


def test_postgres_sees_the_same_state(postgres: PostgresServer, tmp_path: Path) -> None:
    dsn = postgres.create_database("steward_states")
    found = Settings(home=tmp_path, target="postgres", pg_dsn=SecretStr(dsn))

    def seen() -> Any:
        copy.hand_over(found)
        with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:

            def query(sql: str) -> list[Any]:
                cursor.execute(sql)
                return cursor.fetchall()

            return in_sql(query, TODAY, "postgres", found.lake)

    assert seen() == set()
    decided(
        tmp_path,
        [
            draft("a", "assign", assignee="Minh"),
            draft("a", "mute", until=TODAY - timedelta(days=1)),
            draft("b", "mute", until=TODAY),
            draft("c", "assign", assignee="Hoà"),
            draft("c", "reopen"),
            draft("d"),
        ],
    )
    for _ in range(2):
        assert seen() == in_python(read_log(found.lake).entries, TODAY)
    assert {(row[0], row[1]) for row in seen()} == {
        ("a", "dang_xu_ly"),
        ("b", "bo_qua"),
        ("c", "moi"),
        ("d", "chap_nhan"),
    }


def resealed(line: bytes, **changes: Any) -> bytes:
    """A forger who knows the format seals the changed line anew."""
    content = json.loads(line) | changes
    return canonical(content | {"hash": seal(content)}) + b"\n"


TAMPERINGS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int, str]] = {
    "a letter changed": (
        lambda ls: [ls[0], ls[1].replace("đã".encode(), b"da"), *ls[2:]],
        2,
        "đã bị sửa",
    ),
    "a line sealed anew": (
        lambda ls: [ls[0], resealed(ls[1], by="Kẻ khác"), *ls[2:]],
        3,
        "không nối tiếp",
    ),
    "a space added": (lambda ls: [ls[0].replace(b":", b": ", 1), *ls[1:]], 1, "đã bị sửa"),
    "a middle line deleted": (lambda ls: [*ls[:2], *ls[3:]], 3, "lẽ ra là 3"),
    "two lines swapped": (lambda ls: [ls[1], ls[0], *ls[2:]], 1, "lẽ ra là 1"),
    "a line twice": (lambda ls: [*ls[:2], ls[1], *ls[2:]], 3, "lẽ ra là 3"),
    "an empty line": (lambda ls: [ls[0], b"\n", *ls[1:]], 2, "không đọc được"),
    "not UTF-8": (lambda ls: [ls[0], b"\xff\n", *ls[1:]], 2, "không đọc được"),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_is_named_with_its_first_line(tmp_path: Path, kind: str) -> None:
    change, line, said = TAMPERINGS[kind]
    lines = written(tmp_path, 4)
    log_file(tmp_path).write_bytes(b"".join(change(lines)))
    log = read_log(tmp_path)
    assert log.broken is not None
    assert (log.broken.line, len(log.entries)) == (line, line - 1)
    assert said in log.broken.problem
    with pytest.raises(UserError, match=f"dòng {line}"):
        append(tmp_path, draft(), NOW)


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    content = _three_lines()
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    log = parse(content[:place] + bytes([byte]) + content[place + 1 :])
    whole = parse(content)
    # the end of the last line carries nothing; every other byte does
    assert log.broken or cut_tail(log, 3, whole.head) or log.entries == whole.entries
    if place < len(content) - 1:
        assert log.broken or cut_tail(log, 3, whole.head)


def _three_lines(kept: list[bytes] = []) -> bytes:  # noqa: B006
    if not kept:
        with tempfile.TemporaryDirectory() as folder:
            kept.append(b"".join(written(Path(folder), 3)))
    return kept[0]


@given(st.data())
def test_a_torn_last_line_costs_only_itself(data: st.DataObject) -> None:
    content = _three_lines()
    kept = data.draw(st.integers(0, len(content)))
    with tempfile.TemporaryDirectory() as folder:
        path = log_file(Path(folder))
        path.parent.mkdir()
        path.write_bytes(content[:kept])
        before = read_log(Path(folder))
        assert before.broken is None
        assert list(before.entries) == list(parse(content).entries[: len(before.entries)])
        # a line is lost only when bytes of the line itself are missing
        assert len(before.entries) == (content[:kept] + b"\n").count(b"}\n")
        append(Path(folder), draft("next"), NOW)
        after = read_log(Path(folder))
    assert after.broken is None and not after.torn
    assert after.entries[:-1] == before.entries
    assert after.entries[-1].issue_id == "next"


def test_a_cut_tail_shows_against_the_published_head(tmp_path: Path) -> None:
    lines = written(tmp_path, 3)
    whole = read_log(tmp_path)
    assert cut_tail(whole, 3, whole.head) == cut_tail(whole, 0, "") == ""
    append(tmp_path, draft("later"), NOW)
    assert cut_tail(read_log(tmp_path), 3, whole.head) == ""
    log_file(tmp_path).write_bytes(b"".join(lines[:2]))
    cut = read_log(tmp_path)
    assert cut.broken is None
    assert "đuôi bị cắt" in cut_tail(cut, 3, whole.head)
    append(tmp_path, draft("another end"), NOW)
    assert "viết lại" in cut_tail(read_log(tmp_path), 3, whole.head)


def test_what_stands_after_a_break_is_not_in_force(tmp_path: Path) -> None:
    found = decided(tmp_path, [draft("a"), draft("b"), draft("c")])
    lines = log_file(found.lake).read_bytes().splitlines(keepends=True)
    log_file(found.lake).write_bytes(lines[0] + resealed(lines[1], by="Kẻ khác") + lines[2])
    copy.hand_over(found)
    handed = copy.in_force_file(found.lake).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["issue_id"] for line in handed] == ["a", "b"]
    assert "dòng 3" in copy.complaint(found)


def test_only_answers_ask_for_everything_to_be_built_again(tmp_path: Path) -> None:
    found = decided(tmp_path, [draft("a"), draft("b", "mute", until=TODAY)])
    assert copy.answers_fingerprint(read_log(found.lake)) == ""
    decided(tmp_path, [draft("c", "answer", expect="791/903", value="791903", scope="once")])
    answered = copy.answers_fingerprint(read_log(found.lake))
    assert len(answered) == 16
    decided(tmp_path, [draft("a", "reopen"), draft("c", "accept")])
    assert copy.answers_fingerprint(read_log(found.lake)) == answered
    decided(tmp_path, [draft("c", "reopen")])
    assert copy.answers_fingerprint(read_log(found.lake)) not in ("", answered)
