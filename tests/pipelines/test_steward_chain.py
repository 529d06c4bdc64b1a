"""Decisions in the chain: they reach the mart without new data, and no tampering goes unseen."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.alerting.register import alerts, handle
from pipelines.chain import Chain
from pipelines.reader import open_reader
from pipelines.settings import Settings
from pipelines.steward.log import append, log_file, read_log
from simulators.workbooks.publish import write_workbooks
from tests.pipelines.test_steward_log import NOW, draft


def run(settings: Settings, *paths: Path) -> Chain:
    chain = Chain(settings, paths=paths)
    if paths:
        chain.land("thong_ke")
    chain.judge()
    assert chain.build(), chain.outcome.failures
    chain.publish()
    return chain


def publication(settings: Settings) -> tuple[int, int, str]:
    with open_reader(settings) as reader:
        sql = "select publication_id, decision_count, decision_head from mart.publication"
        number, count, head = reader.query(sql).rows[0]
        return number, count, head


def handled(settings: Settings, alert_id: str) -> tuple:
    """What the mart says of an alert, as the command says it too."""
    columns = ("is_open", "handling", "assignee", "handling_reason", "verdict")
    (told,) = (one.row for one in alerts(settings)[0] if one.id == alert_id)
    with open_reader(settings) as reader:
        sql = f"select {', '.join(columns)} from mart.alert where alert_id = ?"
        (row,) = reader.rows(sql, [alert_id])
    assert row == {name: told[name] for name in columns}
    return tuple(row.values())


@pytest.mark.slow
def test_decisions_reach_the_mart_and_a_cut_log_is_told(tmp_path: Path) -> None:
    # a day of its own: a new day is a reason to build again
    settings = Settings(home=tmp_path / "kho", target="duckdb", now=NOW)
    workbooks = write_workbooks(tmp_path / "wb", months=2, last_month=date(2024, 12, 1))
    run(settings, *workbooks)
    assert publication(settings) == (1, 0, "")
    assert not run(settings).outcome.is_new

    append(settings.lake, draft("a", "mute", until=date(2999, 1, 1)), NOW)
    (alert, *_), _ = alerts(settings)
    assert alert.row["is_open"]
    handle(settings, alert.id, "assign", "Lan", "hỏi", assignee="Minh")
    handle(settings, alert.id, "close", "Lan", "đã họp", verdict="useful")
    last = append(settings.lake, draft("b"), NOW)
    chain = run(settings)
    assert chain.outcome.is_new and not chain.outcome.held
    assert publication(settings) == (2, 4, last.hash)
    assert handled(settings, alert.id) == (False, "da_dong", "Minh", "đã họp", "useful")
    assert not run(settings).outcome.is_new

    # a new publication must not wipe out the only witness of the cut
    lines = log_file(settings.lake).read_bytes().splitlines(keepends=True)
    log_file(settings.lake).write_bytes(lines[0])
    chain = run(settings)
    assert chain.outcome.is_new and chain.outcome.is_incomplete
    assert "đuôi bị cắt" in chain.outcome.held[0]
    assert publication(settings) == (3, 4, last.hash)

    log_file(settings.lake).write_bytes(b"".join(lines))
    assert read_log(settings.lake).head == last.hash
    assert not run(settings).outcome.held
