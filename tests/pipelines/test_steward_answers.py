"""A text that is no number: asked, never guessed; the answer gives the figure, even as a rule."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.reader import open_reader
from pipelines.settings import Settings
from pipelines.steward.log import Draft, append
from simulators.workbooks.publish import write_workbooks
from tests.pipelines.test_steward_chain import run

NOW = datetime(2025, 1, 20, 3, tzinfo=UTC)
TEXT, VALUE = "791/903", 791903


def misprinted(workbook: Path, folder: Path, text: object) -> tuple[Path, str, str]:
    """Save a copy in which the month's retail total is this text; tell its sheet and cell."""
    book = openpyxl.load_workbook(workbook)
    (sheet,) = [s for s in book.worksheets if "tongmuc" in s.title.lower().replace(" ", "")]
    (total,) = [c for row in sheet.iter_rows() for c in row if c.value == "TỔNG SỐ"]
    target = sheet.cell(total.row, total.column + 3)
    target.value = text
    folder.mkdir(exist_ok=True)
    path = folder / workbook.name
    book.save(path)
    return path, sheet.title, target.coordinate


def figures(settings: Settings, month: date) -> list[Any]:
    """The retail totals that readers see for a month's own workbook, with their print."""
    with open_reader(settings) as reader:
        return reader.query(
            "select s.value_text, s.value_published from core.statistic_cell_status as t "
            "inner join core.statistic_cell as s on s.file_sha = t.file_sha "
            "and s.sheet = t.sheet and s.cell = t.cell "
            f"where date_trunc('month', s.published_on) = date '{month}' "
            f"and (s.value_text = '{TEXT}' or s.value_published = {VALUE})"
        ).rows


def open_questions(settings: Settings) -> list[tuple[str, str]]:
    """Sheet and month of the questions that the inbox still asks."""
    with open_reader(settings) as reader:
        return reader.query(
            "select sheet, source_file from mart.quality_issue "
            f"where rule_id = 'value_present' and is_open and value_text = '{TEXT}'"
        ).rows


def corrections(settings: Settings) -> list[Any]:
    with open_reader(settings) as reader:
        return reader.query(
            "select correction_id, state, cell_count, state_reason "
            "from mart.quality_correction order by 1"
        ).rows


def answer(settings: Settings, issue: str, scope: str, **subject: str) -> None:
    told = {"source_code": "thong_ke", "item_path": "TỔNG SỐ", **subject}
    item = Draft(
        issue_id=issue,
        action="answer",
        by="Lan",
        reason="hỏi cơ quan thống kê",
        expect=TEXT,
        value=str(VALUE),
        scope=scope,  # type: ignore[arg-type]
        subject=json.dumps(told, ensure_ascii=False),
    )
    append(settings.lake, item, NOW)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("wb")
    return write_workbooks(folder, months=3, last_month=date(2024, 12, 1))


@pytest.mark.slow
def test_an_answer_gives_the_figure_and_a_rule_gives_the_next(
    months: list[Path], tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "kho", target="duckdb", now=NOW)
    october, november, december = date(2024, 10, 1), date(2024, 11, 1), date(2024, 12, 1)
    first, sheet, cell = misprinted(months[0], tmp_path / "a", TEXT)
    second, sheet_2, _ = misprinted(months[1], tmp_path / "a", TEXT)
    run(settings, first, second)
    assert figures(settings, october) == figures(settings, november) == []
    assert len(open_questions(settings)) == 2

    # one answer for one cell; the other is a rule for whatever comes later in that row
    with open_reader(settings) as reader:
        unit = reader.query(
            f"select unit_text from stg.stg_thong_ke__set_aside where sheet = '{sheet_2}'"
        ).rows[0][0]
    answer(settings, "i1", "once", sheet=sheet, cell=cell, published_month="2024-10-01")
    answer(settings, "i2", "always", sheet=sheet_2, unit_text=unit)
    third, _, _ = misprinted(months[2], tmp_path / "a", TEXT)
    run(settings, third)
    for month in (october, november, december):
        assert figures(settings, month) == [(TEXT, VALUE)]
    assert open_questions(settings) == []
    assert [row[:3] for row in corrections(settings)] == [
        ("qd-1", "co_hieu_luc", 1),
        ("qd-2", "co_hieu_luc", 2),
    ]

    # repaired at the source: the answer has nothing left to say; reopened: the rule is gone
    repaired, _, _ = misprinted(months[0], tmp_path / "b", 791904)
    append(settings.lake, Draft(issue_id="i2", action="reopen", by="Lan", reason="nhầm"), NOW)
    run(settings, repaired)
    ((_, state, cells, why),) = corrections(settings)
    assert (state, cells) == ("het_hieu_luc", 0) and "«791904" in why
    assert figures(settings, december) == []


def test_a_question_shows_what_is_asked_and_of_which_family(
    months: list[Path], tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "kho", target="duckdb", now=NOW)
    book, _, _ = misprinted(months[2], tmp_path / "a", TEXT)
    run(settings, book)
    with open_reader(settings) as reader:
        (asked,) = reader.rows(
            "select family, sentence, detail, rule_id from mart.quality_issue "
            f"where value_text = '{TEXT}' and is_open"
        )
        rule = reader.rows("select sentence from mart.quality_rule where rule_id = 'value_present'")
    assert asked["family"] == "ban_le" and asked["rule_id"] == "value_present"
    assert asked["sentence"].startswith("Chữ đứng ở chỗ của số")
    assert TEXT in asked["detail"] and "?" in asked["detail"]
    assert rule[0]["sentence"] == "Ô số không có giá trị"
