"""The one line by which the library keeps its DuckDB connection: still there, still needed."""

import pytest
from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

from expectations import examiner
from expectations.checks import Check
from expectations.rules import Rule

RULE = Rule.model_validate(
    {
        "id": "negative",
        "table": "t",
        "dimension": "dung",
        "sentence": "Số âm",
        "mend": "Sửa",
        "severity": "chan",
        "scope": "row",
        "predicate": "value < 0",
    }
)


def bad_rows(opened: examiner.Examiner) -> int | None:
    with opened.cursor() as cursor:
        cursor.execute("create table t as select 'd' as _delivery, 1 as _row_no, -1.5 as value")
    return opened.bad_row_counts([Check(RULE, "t", "t", "value < 0")])["t.negative"]


def test_with_the_line_the_answer_is_read() -> None:
    assert bad_rows(examiner.Examiner(":memory:with_line")) == 1


def test_without_the_line_the_answer_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """When this fails, the library works without the line: take it out of examiner.py."""
    examiner_class = examiner.Examiner
    examiner.import_great_expectations()
    own = tuple(d for d in engine._PERSISTED_CONNECTION_DIALECTS if d != "duckdb")
    assert len(own) + 1 == len(engine._PERSISTED_CONNECTION_DIALECTS)
    monkeypatch.setattr(engine, "_PERSISTED_CONNECTION_DIALECTS", own)
    monkeypatch.setattr(
        examiner, "import_great_expectations", lambda: __import__("great_expectations")
    )
    assert bad_rows(examiner_class(":memory:without_line")) is None
