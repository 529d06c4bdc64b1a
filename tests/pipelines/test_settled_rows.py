"""Rows set aside that a steward decided about are told no more; the real log, judge and inbox."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.chain import Chain
from pipelines.reader import open_reader
from pipelines.settings import Settings
from pipelines.steward.log import Action, Draft, append
from simulators.workbooks.publish import write_workbooks
from tests.pipelines.test_steward_answers import TEXT, misprinted

NOW = datetime(2025, 1, 20, 3, tzinfo=UTC)
NOVEMBER, DECEMBER = date(2024, 11, 1), date(2024, 12, 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two months of workbooks, landed, with the same unclear text in each."""
    settings = Settings(home=tmp_path / "kho", target="duckdb", now=NOW)
    books = write_workbooks(tmp_path / "wb", months=2, last_month=DECEMBER)
    texts = [misprinted(book, tmp_path / "in", TEXT)[0] for book in books]
    Chain(settings, paths=texts).land("thong_ke")
    return settings


def judged(settings: Settings, days: int = 0) -> Chain:
    chain = Chain(settings.model_copy(update={"now": NOW + timedelta(days=days)}))
    chain.judge()
    return chain


def inbox(settings: Settings) -> list[dict[str, Any]]:
    """The open questions as the mart gives their ids, the oldest month first."""
    chain = judged(settings)
    assert chain.build(), chain.outcome.failures
    chain.publish()
    with open_reader(settings) as reader:
        return reader.rows(
            "select issue_id, period, source_file, sheet, cell, record from mart.quality_issue "
            f"where value_text = '{TEXT}' and is_open order by period"
        )


def decide(settings: Settings, issue: str, action: Action, **more: Any) -> None:
    append(settings.lake, Draft(issue_id=issue, action=action, by="Lan", reason="r", **more), NOW)


def test_a_decision_silences_its_row_as_long_as_it_stands(settings: Settings) -> None:
    first, second = inbox(settings)
    assert [first["period"], second["period"]] == [NOVEMBER, DECEMBER]
    assert len(judged(settings).outcome.set_aside) == 2

    decide(settings, first["issue_id"], "accept")
    (line,) = judged(settings).outcome.set_aside
    assert second["source_file"] in line and f"{second['sheet']}!{second['cell']}" in line
    decide(settings, second["issue_id"], "mute", until=date(2025, 2, 1))
    chain = judged(settings)
    assert chain.outcome.set_aside == [] and not chain.outcome.is_incomplete
    # the silence ends after its day
    assert judged(settings, days=12).outcome.set_aside == []
    assert judged(settings, days=13).outcome.set_aside == [line]

    decide(settings, first["issue_id"], "reopen")
    (line,) = judged(settings).outcome.set_aside
    assert first["source_file"] in line
    record = json.loads(first["record"])
    subject = {
        "source_code": "thong_ke",
        "sheet": first["sheet"],
        "item_path": record["item_path"],
        "unit_text": record["unit_text"],
    }
    decide(settings, second["issue_id"], "reopen")
    told = json.dumps(subject)
    issue = first["issue_id"]
    # of another text: not an answer to what stands there
    decide(settings, issue, "answer", expect="1/2", value="1", scope="once", subject=told)
    assert len(judged(settings).outcome.set_aside) == 2
    decide(settings, issue, "answer", expect=TEXT, value="791903", scope="once", subject=told)
    (line,) = judged(settings).outcome.set_aside
    assert second["source_file"] in line
    # a rule answers the same text of the other month, too
    decide(settings, issue, "answer", expect=TEXT, value="791903", scope="always", subject=told)
    decide(settings, issue, "assign", assignee="An")
    assert judged(settings).outcome.set_aside == []
    decide(settings, issue, "reopen")
    assert len(judged(settings).outcome.set_aside) == 2
