"""What a build is told besides the figures, and that a change of it is noticed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from pipelines.build_context import build_vars, context_fingerprint
from pipelines.settings import Settings
from pipelines.verdicts import Decision

# 23:30 in Viet Nam
NOW = datetime(2025, 1, 10, 16, 30, tzinfo=UTC)
HELD = Decision("thong_ke", "1", "d", "blocked", "a.xlsx: sai")
VARIABLES: dict[str, Any] = {"kho_rules": [{"id": "x"}], "kho_sources": []}


def fingerprint(home: Path, now: datetime = NOW, held: tuple[Decision, ...] = (HELD,)) -> str:
    return context_fingerprint(Settings(home=home, now=now), VARIABLES, held)


def test_rules_and_promises_of_every_source_are_told() -> None:
    variables = build_vars(registry().values())

    rules = {rule["id"]: rule for rule in variables["kho_rules"]}
    assert rules["number_finite"]["source"] == ""
    assert rules["not_a_copy"]["source"] == "thong_ke"
    assert (rules["not_a_copy"]["stage"], rules["not_a_copy"]["dimension"]) == ("arrival", "song")
    (source,) = [s for s in variables["kho_sources"] if s["name"] == "thong_ke"]
    assert set(source) == {
        *("name", "title", "producer", "owner_agency", "systems", "mode"),
        *("every", "due_day", "grace_days"),
    }
    assert (source["every"], source["due_day"], source["systems"]) == ("month", 29, ["S01", "S02"])


def test_the_same_state_on_the_same_local_day_is_no_news(tmp_path: Path) -> None:
    assert fingerprint(tmp_path) == fingerprint(tmp_path, NOW + timedelta(minutes=29))


def test_midnight_in_viet_nam_is_news(tmp_path: Path) -> None:
    assert fingerprint(tmp_path) != fingerprint(tmp_path, NOW + timedelta(minutes=31))


def test_what_is_held_back_is_news(tmp_path: Path) -> None:
    assert fingerprint(tmp_path) != fingerprint(tmp_path, held=())


def test_rules_are_news(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, now=NOW)
    other = VARIABLES | {"kho_rules": [{"id": "y"}]}
    assert context_fingerprint(settings, other, [HELD]) != fingerprint(tmp_path)


@pytest.mark.parametrize("file", ["_steward/decision.jsonl", "_quality/refused/thong_ke.parquet"])
def test_what_people_and_landings_left_is_news(tmp_path: Path, file: str) -> None:
    before = fingerprint(tmp_path)
    path = tmp_path / "lake" / file
    path.parent.mkdir(parents=True)
    path.write_text("một", encoding="utf-8")
    first = fingerprint(tmp_path)
    path.write_text("hai", encoding="utf-8")
    assert len({before, first, fingerprint(tmp_path)}) == 3
