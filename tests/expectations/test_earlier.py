"""Rules that compare a delivery with the accepted one just before it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.lake_files import compact
from expectations.earlier import mentioned_tables
from expectations.runner import RULES, judge
from tests.expectations.lake_builder import SOURCE, Workbook, land, quality_rows, workbook

NOW = datetime(2025, 1, 10, 3, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = "1736478000.1", "1736478000.2", "1736478000.3"
OCTOBER, NOVEMBER, DECEMBER = date(2024, 10, 6), date(2024, 11, 6), date(2024, 12, 6)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def broken(lake: Path, rule_id: str) -> set[str]:
    """Give the deliveries that break a rule."""
    return {
        row["delivery"]
        for row in quality_rows(lake, "result")
        if row["rule_id"] == rule_id and not row["passed"]
    }


def test_volume_is_compared_with_the_file_before_in_the_same_landing(lake: Path) -> None:
    # landed in another order than published
    small = workbook("c.xlsx", DECEMBER, cells=40, seed=2)
    usual = workbook("a.xlsx", OCTOBER, cells=41, seed=0.5)
    huge = workbook("b.xlsx", NOVEMBER, cells=410, seed=1)
    land(lake, FIRST, [small, usual, huge])

    verdicts = judge(lake, SOURCE, [FIRST], RULES, NOW)

    assert broken(lake, "volume_as_before") == {huge.id, small.id}
    assert {v.decision for v in verdicts} == {"accepted"}
    (said,) = {v.reason for v in verdicts if v.delivery == huge.id}
    assert said.startswith("Số ô số gấp 10 lần trở lên")


def test_nine_times_the_volume_is_no_jump(lake: Path) -> None:
    land(lake, FIRST, [workbook("a.xlsx", NOVEMBER, 41), workbook("b.xlsx", DECEMBER, 409, seed=1)])
    judge(lake, SOURCE, [FIRST], RULES, NOW)
    assert broken(lake, "volume_as_before") == set()


def test_what_was_held_back_in_another_load_is_not_before(lake: Path) -> None:
    def miscount(book: Workbook) -> None:
        book.file["numeric_cell_count"] = 4000

    land(lake, FIRST, [workbook("a.xlsx", OCTOBER, 40)])
    land(lake, SECOND, [workbook("b.xlsx", NOVEMBER, 400, bend=miscount, seed=1)])
    judge(lake, SOURCE, [FIRST, SECOND], RULES, NOW)
    december = workbook("c.xlsx", DECEMBER, 410, seed=2)
    land(lake, THIRD, [december])
    judge(lake, SOURCE, [THIRD], RULES, NOW)

    assert december.id in broken(lake, "volume_as_before")


def test_a_late_file_is_compared_with_its_own_past(lake: Path) -> None:
    """The newest load is not what came before, when it was published later."""
    land(lake, FIRST, [workbook("a.xlsx", OCTOBER, 40), workbook("c.xlsx", DECEMBER, 40, seed=2)])
    judge(lake, SOURCE, [FIRST], RULES, NOW)
    late = workbook("b.xlsx", NOVEMBER, 400, seed=1)
    land(lake, SECOND, [late])
    judge(lake, SOURCE, [SECOND], RULES, NOW)

    assert broken(lake, "volume_as_before") == {late.id}


def changed(count: int) -> Callable[[Workbook], None]:
    """Change so many cells of a workbook."""

    def bend(book: Workbook) -> None:
        for cell in book.cells[:count]:
            cell |= {"value": cell["value"] + 0.25, "value_text": repr(cell["value"] + 0.25)}

    return bend


@pytest.mark.parametrize(
    ("count", "published_on", "is_copy"),
    [
        (4, DECEMBER, True),
        (5, DECEMBER, False),
        # a correction of the same month is nearly the same, as it should be
        (4, date(2024, 11, 20), False),
    ],
)
def test_nearly_the_file_before_under_another_month(
    lake: Path, count: int, published_on: date, is_copy: bool
) -> None:
    land(lake, FIRST, [workbook("a.xlsx", NOVEMBER, 400)])
    judge(lake, SOURCE, [FIRST], RULES, NOW)
    nearly = workbook("b.xlsx", published_on, 400, bend=changed(count))
    land(lake, SECOND, [nearly])
    (verdict,) = judge(lake, SOURCE, [SECOND], RULES, NOW)

    assert broken(lake, "not_the_month_before") == ({nearly.id} if is_copy else set())
    assert verdict.decision == "accepted"


def test_earlier_rows_are_found_in_a_compacted_file(lake: Path) -> None:
    land(lake, FIRST, [workbook("a.xlsx", OCTOBER, 40, seed=2)])
    land(lake, SECOND, [workbook("b.xlsx", NOVEMBER, 400)])
    judge(lake, SOURCE, [FIRST, SECOND], RULES, NOW)
    for table in ("cell", "file", "delivery"):
        assert compact(lake / SOURCE / table, [FIRST, SECOND], limit=1)
    nearly = workbook("c.xlsx", DECEMBER, 400, bend=changed(4))
    land(lake, THIRD, [nearly])
    judge(lake, SOURCE, [THIRD], RULES, NOW)

    assert broken(lake, "not_the_month_before") == {nearly.id}


def test_only_the_tables_asked_for_are_opened() -> None:
    sql = ["exists (select 1 from earlier_file as e)", None, "my_earlier_cell = 1"]
    assert mentioned_tables(sql) == {"file"}
