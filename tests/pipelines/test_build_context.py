"""What a build is told besides the figures, and that a change of it is noticed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors import registry
from pipelines.build_context import build_vars, context_fingerprint
from pipelines.refusals import Landing, note_landing
from pipelines.settings import Settings
from pipelines.verdicts import Decision

# 23:30 in Viet Nam
NOW = datetime(2025, 1, 10, 16, 30, tzinfo=UTC)
HELD = Decision("thong_ke", "1", "d", "blocked", "a.xlsx: sai")
VARIABLES: dict[str, Any] = {"kho_rules": [{"id": "x"}], "kho_sources": [{"name": "thong_ke"}]}


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
        *("name", "title", "producer", "owner_agency", "systems", "mode", "kind"),
        "is_counted",
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


def test_decisions_of_stewards_are_news(tmp_path: Path) -> None:
    before = fingerprint(tmp_path)
    path = tmp_path / "lake" / "_steward" / "decision.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("một", encoding="utf-8")
    first = fingerprint(tmp_path)
    path.write_text("hai", encoding="utf-8")
    assert len({before, first, fingerprint(tmp_path)}) == 3


def test_a_refused_file_is_news_once_and_when_it_is_mended(tmp_path: Path) -> None:
    def landed(*refused: tuple[str, str], hours: int) -> str:
        landing = Landing("thong_ke", NOW - timedelta(hours=hours), [tmp_path], refused)
        note_landing(tmp_path / "lake", landing)
        return fingerprint(tmp_path)

    before = fingerprint(tmp_path)
    refused = landed(("a.xlsx", "hỏng"), hours=3)
    again = landed(("a.xlsx", "hỏng"), hours=2)
    mended = landed(hours=1)
    assert refused == again
    assert len({before, refused, mended}) == 3
